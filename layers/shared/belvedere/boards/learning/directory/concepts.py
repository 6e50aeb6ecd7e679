"""The concepts of a workspace and what each builds on, as a request asks for them.

All of them are one item, because their rule is about all of them: every prerequisite exists, and none leads back to
where it began. So they are read by one key, and changed as a whole or not at all.
"""

import zlib
from dataclasses import dataclass

import msgspec

from belvedere.boards.learning.directory.keys import concepts_key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables

LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Concept:
    """Something to be learnt; `concept_id` is what events name, `difficulty` one of LEVELS where it is known."""

    concept_id: str
    name: str
    difficulty: str | None = None
    prerequisites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """All concepts by id, and how often they were changed (0: nobody registered any)."""

    concepts: tuple[Concept, ...] = ()
    revision: int = 0


def list_concepts(workspace: str) -> tuple[Concept, ...]:
    """All concepts, by id; empty when nobody registered any."""
    return read_graph(tables(workspace).directory).concepts


def read_graph(table: WorkspaceTable) -> Graph:
    """The concepts with their revision."""
    item = table.get(concepts_key(table.workspace), consistent=True)
    if item is None:
        return Graph()
    body = zlib.decompress(bytes(item["body"]))  # type: ignore[arg-type]  # stored by `packed`
    return Graph(msgspec.json.decode(body, type=tuple[Concept, ...]), int(item["revision"]))


def packed(concepts: tuple[Concept, ...]) -> bytes:
    """Concepts as they are stored: those of a whole course are a few KB."""
    return zlib.compress(msgspec.json.encode(concepts), 6)
