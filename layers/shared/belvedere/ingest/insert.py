"""Inserts events once: what is already there is a duplicate, or a conflict, and is not written again.

Guarantee: an event reported `accepted` or `duplicate` is stored. When the tables cannot take a batch, the whole
request fails with 503 and may be sent again as it is: its keys are made of the events themselves.
Two first copies racing each other may both be written; the fold then replaces one by the other.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs

from belvedere.ingest.event import EventContent
from belvedere.ingest.stored import content_of, to_items
from belvedere.schema.catalog import catalog
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable


class Result(StrEnum):
    """What became of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Insert:
    """Writes a workspace's events with its retention and slice count."""

    events: WorkspaceTable
    slices: int
    retention_days: int

    def run(self, contents: Sequence[EventContent], now: int) -> list[Result]:
        """Insert a batch received at `now` (epoch ms), first copy wins; one result per event, in order."""
        items = to_items(
            contents, workspace=self.events.workspace, received=now, slices=self.slices,
            retention_days=self.retention_days,
        )  # fmt: skip
        stored = self.events.batch_get({key_of(item) for item in items}, consistent=True, only="pk, sk, digest")
        results, new = decide(items, stored)
        self.events.put_all(new)
        self._look_closer(contents, items, results)
        return results

    def _look_closer(self, contents: Sequence[EventContent], items: Sequence[Item], results: list[Result]) -> None:
        """Take for duplicates what differs from what is stored in labels only; read where there is a conflict alone."""
        doubtful = [
            (index, labels, key_of(items[index]))
            for index, content in enumerate(contents)
            if results[index] is Result.CONFLICT and (labels := catalog().event_types[content.type].labels)
        ]
        if not doubtful:
            return
        stored = self.events.batch_get({key for *_, key in doubtful}, consistent=True, only="pk, sk, body")
        for index, labels, key in doubtful:
            if key in stored and same_but_for(labels, content_of(items[index]), content_of(stored[key])):
                results[index] = Result.DUPLICATE


def decide(items: Iterable[Item], stored: dict[Key, Item]) -> tuple[list[Result], list[Item]]:
    """Compare items with what is stored and with each other: a result each, and those to be written."""
    digests = {key: item["digest"] for key, item in stored.items()}
    results, new = [], []
    for item in items:
        key = key_of(item)
        if key not in digests:
            digests[key] = item["digest"]
            new.append(item)
            results.append(Result.ACCEPTED)
        else:
            results.append(Result.DUPLICATE if digests[key] == item["digest"] else Result.CONFLICT)
    return results, new


def same_but_for(labels: Collection[str], first: EventContent, other: EventContent) -> bool:
    """True where two contents differ in these properties at most."""
    bare = [
        structs.replace(content, properties={k: v for k, v in content.properties.items() if k not in labels})
        for content in (first, other)
    ]
    return bare[0] == bare[1]


def key_of(item: Item) -> Key:
    """The primary key of a stored item."""
    return Key(str(item["pk"]), str(item["sk"]))
