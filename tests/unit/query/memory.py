"""A rollups table in memory, folded as the real fold leaves it, for tests that ask it questions."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import Event
from belvedere.rollups.contribution import contribution
from belvedere.rollups.sketches import named_sketches, sketches_of
from belvedere.rollups.slots import SlotOf, whole
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from tests.unit.fakes import FakeTable


class MemoryRollups(FakeTable):
    """Rollup rows that fold events as the real fold leaves them, and note the rows and calls of reading."""

    def __init__(self) -> None:
        super().__init__()
        self.name = f"Rollups-{uuid4()}"  # pages are remembered by table
        self.read: list[str] = []
        self.calls = 0

    def fold(self, event: Event, slot_of: SlotOf = whole, sign: int = 1) -> None:
        deltas = contribution(event, CATALOG.rollup_tables_of(event.type), sign, slot_of(event))
        for key, members in deltas.members.items():
            row = self.items.setdefault(key, {"pk": key.pk, "sk": key.sk, "rev": 0})
            held = sketches_of(row)
            for name, sketch in named_sketches(members, deltas.slotted.get(key, {})).items():
                held.setdefault(name, Distinct()).merge(sketch)
            sketches = {name: sketch.to_bytes() for name, sketch in held.items()}
            self.items[key] = {**row, "rev": int(row["rev"]) + 1, **sketches}
        for key, counts in deltas.counters.items():
            row = self.items.get(key, {"pk": key.pk, "sk": key.sk, "listing": deltas.listings.get(key, "")})
            self.items[key] = row | {n: int(row.get(n, 0)) + v for n, v in {**counts, "rev": 1}.items()}

    def key(self, key: Key) -> Key:
        return key

    def attempt(self, _: str, **request: Any) -> bool:
        """The one conditional write of reading and sealing: a day's mark."""
        assert (request["UpdateExpression"], request["ConditionExpression"]) == (
            "SET sealed = :mark", "attribute_exists(pk)",
        )  # fmt: skip
        if request["Key"] not in self.items:
            return False
        mark = request["ExpressionAttributeValues"][":mark"]["S"]
        self.items[request["Key"]] = self.items[request["Key"]] | {"sealed": mark}
        return True

    def listed(self, listing: str) -> Iterator[Key]:
        yield from (key for key, item in self.items.items() if item.get("listing") == listing)

    def batch_get(self, keys: Iterable[Key], **options: Any) -> dict[Key, Item]:
        self.calls += 1
        found = super().batch_get(keys, **options)
        self.read += [key.pk for key in found]
        return found

    def query(self, pk: str, low: str = "", high: str = "\U0010ffff", **_: Any) -> Iterator[Item]:
        self.calls += 1
        for key in sorted(key for key in self.items if key.pk == pk and low <= key.sk <= high):
            self.read.append(key.pk)
            yield self.items[key]


def folded(*events: Event, slot_of: SlotOf = whole) -> MemoryRollups:
    table = MemoryRollups()
    for event in events:
        table.fold(event, slot_of)
    return table


class StateTable(FakeTable):
    """A workspace that nothing was folded for yet."""

    def get(self, key: Any, **_: Any) -> None:
        return None
