"""The entities of State that are written off the hot paths. Keys are those of `storage.keys.state`.

The rest of State moves with every batch, request or connection, and is written as plain items.
"""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from belvedere.storage.entities.entity import Entity


class LearntModelRecord(Entity):
    """What was learnt of a workspace's events (`model_key`): its packed form, and when (epoch ms)."""

    body = BinaryAttribute(legacy_encoding=False)
    trained_at = NumberAttribute()


class DismissalRecord(Entity):
    """That somebody does not want to see something again (`dismissal_key`): since (epoch ms), until (epoch seconds)."""

    at = NumberAttribute()
    expires = NumberAttribute()


class SessionRecord(Entity):
    """The refresh token of a session that is the next to be taken (`session_key`), and the session's end (epoch s)."""

    token = UnicodeAttribute()
    expires = NumberAttribute()
