"""What folding a chunk of changes bills: two write units for each KiB of every row that its transactions touch."""

from collections import Counter
from dataclasses import dataclass, field

from belvedere.boards.registry import CATALOG
from belvedere.realtime.changelog.log import pack
from belvedere.realtime.changelog.notices import changes_body
from belvedere.rollups.chunks import ROOM, Chunk
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.rows import COUNTERS, DISTINCT, HISTOGRAM
from belvedere.rollups.sketches import named_sketches
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key

KIB = 1024
IN_TRANSACTION = 2
BOARD_WIDE = "board-wide counters, hour and day"
PER_ENTITY = "per entity"
CHECKPOINT, CONCEPTS, MINUTES, HISTOGRAMS, DISTINCTS, LOG = (
    "checkpoint", "by concept, day", "minute rows", "histograms", "distinct users", "log of changes",
)  # fmt: skip
PARTS = (BOARD_WIDE, CONCEPTS, MINUTES, HISTOGRAMS, DISTINCTS, PER_ENTITY, CHECKPOINT, LOG)


@dataclass
class Bill:
    """Write units by part, over some batches of events."""

    events: int = 0
    batches: int = 0
    transactions: int = 0
    units: Counter[str] = field(default_factory=Counter)

    def per_event(self, component: str) -> float:
        """Units an event."""
        return self.units[component] / self.events

    def charge(self, chunk: Chunk, rows: Deltas) -> None:
        """Add a chunk that is folded into these rows."""
        self.events += len(chunk.changes)
        self.transactions += 1
        self.units[CHECKPOINT] += IN_TRANSACTION
        if chunk.changes:  # an entry and its number
            self.units[LOG] += IN_TRANSACTION * (1 + units(len(pack(changes_body(chunk.changes, CATALOG.live_fields)))))
        for key, counts in chunk.deltas.counters.items():
            listing = chunk.deltas.listings.get(key)
            self._row(key, {**({"listing": listing} if listing else {}), **rows.counters.get(key, {}), **counts})
            if listing and key not in rows.counters:
                self.units[part_of(key)] += 1  # its entry in the index, once
        changed = 0
        for key, members in chunk.deltas.members.items():
            held, slots = rows.members.get(key, set()), rows.slotted.get(key, {})
            new = chunk.deltas.slotted.get(key, {})
            if not members <= held or any(some - slots.get(slot, set()) for slot, some in new.items()):
                united = {slot: slots.get(slot, set()) | new.get(slot, set()) for slot in slots.keys() | new.keys()}
                sketches = named_sketches(held | members, united)
                self._row(key, {name: sketch.to_bytes() for name, sketch in sketches.items()})
                changed += 1  # sketches that know them all are not written
        ahead = max(0, changed - max(0, ROOM - chunk.actions))  # written first, while the checkpoint is held
        self.units[CHECKPOINT] += IN_TRANSACTION * -(-ahead // ROOM)

    def _row(self, key: Key, content: Item) -> None:
        self.units[part_of(key)] += IN_TRANSACTION * units(size_of({"pk": key.pk, "sk": key.sk, "rev": 1, **content}))


def part_of(key: Key) -> str:
    """Which part of the bill a rollup row is on."""
    _, name, grain, kind, *_ = key.pk.split("#")
    family = CATALOG.rollup_tables[name]
    if family.entity:
        return PER_ENTITY
    if kind.startswith(DISTINCT):
        return DISTINCTS
    if kind.startswith(HISTOGRAM):
        return HISTOGRAMS
    assert kind == COUNTERS
    if grain == Grain.MINUTE:
        return MINUTES
    return CONCEPTS if Grain.HOUR not in family.grains else BOARD_WIDE


def size_of(item: Item) -> int:
    """The bytes DynamoDB counts: names and values; a number takes a byte for two digits and one more."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: str | int | bool | bytes) -> int:
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return (len(str(abs(value))) + 1) // 2 + 1
    return len(value.encode() if isinstance(value, str) else value)


def units(size: int) -> int:
    """Write units of an item of this size outside a transaction."""
    return max(1, -(-size // KIB))
