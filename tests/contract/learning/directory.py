"""What a workspace's Directory holds, put there as its records are, for tests of what is read from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import orjson

from belvedere.boards.learning.directory.concepts import Concept, packed
from belvedere.boards.learning.directory.keys import class_key, concepts_key, enrolment_key, membership_key
from belvedere.cache import version
from belvedere.cache.serve import cache_of
from belvedere.clock import now_ms
from belvedere.storage.tables import tables

_revisions = count(1)


def concept(name: str, *prerequisites: str) -> Concept:
    """A concept, its name written large."""
    return Concept(name, name.capitalize(), None, prerequisites)


@contextmanager
def registered(*concepts: Concept, workspace: str = "demo") -> Iterator[None]:
    """The workspace with these concepts, and no others."""
    key, table = concepts_key(workspace), tables(workspace).directory
    table.put_all([{"pk": key.pk, "sk": key.sk, "body": packed(concepts), "revision": next(_revisions)}])
    _announce(workspace)
    yield
    table.delete_all([key])
    _announce(workspace)


@contextmanager
def taught(class_id: str, *students: str, by: str = "teacher", workspace: str = "demo") -> Iterator[None]:
    """The workspace with a class of these students."""
    record = class_key(workspace, class_id)
    keys = [enrolment_key(workspace, class_id, user) for user in students]
    keys += [membership_key(workspace, user, "student", class_id) for user in students]
    keys.append(membership_key(workspace, by, "instructor", class_id))
    about = {"name": class_id.capitalize(), "instructors": orjson.dumps([by]).decode()}
    table = tables(workspace).directory
    table.put_all([{"pk": record.pk, "sk": record.sk, **about}, *({"pk": pk, "sk": sk} for pk, sk in keys)])
    _announce(workspace)
    yield
    table.delete_all([record, *keys])
    _announce(workspace)


@contextmanager
def joined(class_id: str, user: str, workspace: str = "demo") -> Iterator[None]:
    """A class with one student more."""
    table = tables(workspace).directory
    keys = [enrolment_key(workspace, class_id, user), membership_key(workspace, user, "student", class_id)]
    table.put_all({"pk": pk, "sk": sk} for pk, sk in keys)
    _announce(workspace)
    yield
    table.delete_all(keys)
    _announce(workspace)


def _announce(workspace: str) -> None:
    """As whoever changes a Directory does: what was answered before says nothing any more."""
    version.bump(tables(workspace).state, now_ms())
    cache_of.cache_clear()
