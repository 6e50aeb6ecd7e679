"""Every key of every table is built here, and only here: a module a table, and one for what realtime keeps of State.

A partition key starts with the workspace, so no key can reach another tenant's rows. Parts are joined by `#`;
a part that comes from outside is escaped, except the last one, which needs no end mark.
"""

from typing import NamedTuple

SEPARATOR = "#"
PAST_SEPARATOR = "$"  # sorts right after it: closes a range of sort keys that share all parts but the last
AFTER = "~"  # sorts after SEPARATOR and after every character of a bucket: closes a range of sort keys


class Key(NamedTuple):
    """Primary key of one item."""

    pk: str
    sk: str


def escape(text: str) -> str:
    """A part with no separator in it; reversible, and plain for ordinary text."""
    return text.replace("%", "%25").replace(SEPARATOR, "%23")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text.replace("%23", SEPARATOR).replace("%25", "%")


def workspace_of(pk: str) -> str:
    """The workspace that a partition key belongs to."""
    return pk.split(SEPARATOR, 1)[0]
