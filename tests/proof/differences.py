"""In what ways the tables of a world may differ from the truth. Each function yields what it finds, in words."""

import json
from collections.abc import Iterator
from typing import Any

from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import key_of
from belvedere.ingest.stored import from_item
from belvedere.rollups.audit import Rows, recounted, shown
from belvedere.rollups.changes import is_expiry
from belvedere.storage.attributes import Item, decode_item
from belvedere.storage.keys import Key
from tests.proof import naive
from tests.proof.expected import Expected, Row
from tests.proof.joined import first_of
from tests.proof.sent import Identity
from tests.proof.sketches import bins_hold, sketch_holds
from tests.proof.stream import Record, partition_of, sequence_of
from tests.worlds.fold import FoldWorld

BESIDE = frozenset({"pk", "sk", "rev", "listing", "expires", "stale", "sealed", "sketch", "width"})


def every(world: FoldWorld, name: str) -> Iterator[dict[str, Any]]:
    """Every item of a table, read consistently."""
    return world.scan(name, ConsistentRead=True)


def raw_differences(world: FoldWorld) -> Iterator[str]:
    """Is the log of raw events what was acknowledged?"""
    stored: dict[Identity, Any] = {}
    for item in every(world, "EVENTS_TABLE"):
        if Key(item["pk"]["S"], item["sk"]["S"]) not in world.unreadable:
            body = json.loads(item["body"]["S"])
            workspace = item["pk"]["S"].split("#")[0]
            stored[workspace, body["type"], body["time"], body["id"]] = (body["user"], body["properties"])
    acknowledged = {key: (event.user, naive.kept(event).properties) for key, event in world.truth.items()}
    for key in sorted(stored.keys() | acknowledged.keys()):
        if stored.get(key) != acknowledged.get(key):
            yield f"Events {key}: stored {stored.get(key)}, acknowledged {acknowledged.get(key)}"


def naive_differences(items: dict[Row, Item], expected: Expected) -> Iterator[str]:
    """Does every row equal the plain count, and has every count its row?"""
    items = dict(by_quarters(items))
    for row in sorted(items.keys() | expected.counters.keys() | expected.values.keys() | expected.members.keys()):
        item = items.get(row, {})
        kind = row[0].split("#")[3].partition(".")[0]
        told = {name: value for name, value in item.items() if name not in BESIDE and value}
        if kind == "counters" and told != {name: n for name, n in expected.counters[row].items() if n}:
            yield f"{row}: stored {told}, counted {dict(expected.counters[row])}"
        if kind == "histogram" and not _bins_equal(told, expected.values[row]):
            yield f"{row}: stored {told}, values {sorted(expected.values[row])}"
        if kind not in ("counters", "histogram", "distinct"):
            yield f"{row}: a row of no known kind"
        if kind == "distinct" and not sketch_holds(_sketch(item), expected.members[row]):
            yield f"{row}: the stored sketch is not that of {len(expected.members[row])} members"


def by_quarters(items: dict[Row, Item]) -> Iterator[tuple[Row, Item]]:
    """The rows, what bins and sketches say of a quarter of an hour as if it were a row of its own."""
    for (pk, sk), item in items.items():
        quarters = {name.partition("@")[2] for name in item if "@" in name} if "#counters" not in pk else set()
        yield (pk, sk), {name: value for name, value in item.items() if not quarters or "@" not in name}
        for quarter in quarters:
            own = {name.partition("@")[0]: value for name, value in item.items() if name.endswith(f"@{quarter}")}
            yield (pk, f"{sk}@{quarter}"), own


def _bins_equal(told: dict[str, Any], values: list[float]) -> bool:
    return all(number > 0 for number in told.values()) and bins_hold(told, values)


def _sketch(item: Item) -> bytes:
    sketch = item.get("sketch", b"\x01")
    return sketch if isinstance(sketch, bytes) else b"not a sketch"


def recount_differences(world: FoldWorld, items: dict[Row, Item]) -> Iterator[str]:
    """Does every row equal the audit's recount, the one that GET /v1/audit makes?"""
    raw = [from_item(item["pk"]["S"].split("#")[0], decode_item(item)) for item in _readable(world)]
    raw = [event for event in raw if not world.refused(event)]
    expired = [naive.kept(event).event() for event in world.expired]
    counted: Rows = {}
    for family in CATALOG.rollup_tables.values():
        events = raw if family.stored else raw + expired
        mine = (event for event in events if event.type == family.event_type)
        counted |= recounted(family, mine, world.slot_of)
    for row in sorted(items.keys() | counted.keys()):
        told, recount = shown(items.get(row, {})), counted.get(Key(*row), {})
        if told != recount:
            yield f"{row}: stored {told}, the audit recounts {recount}"


def _readable(world: FoldWorld) -> Iterator[dict[str, Any]]:
    items = every(world, "EVENTS_TABLE")
    return (item for item in items if Key(item["pk"]["S"], item["sk"]["S"]) not in world.unreadable)


def leftovers(world: FoldWorld, items: dict[Row, Item], expected: Expected) -> Iterator[str]:
    """No row waits for a recount, no entity row is empty, every entity row is listed and nothing else is."""
    yield from (f"{row}: is still marked for a recount" for row, item in items.items() if item.get("stale"))
    for item in every(world, "STATE_TABLE"):
        if item["pk"]["S"].endswith("#recount"):
            yield f"recount of {item['sk']['S']}: still noted"
    pages = world.scan("ROLLUPS_TABLE", IndexName="ByBucket")
    listed = {first_of((item["pk"]["S"], item["sk"]["S"])): item["listing"]["S"] for item in pages}
    if listed != expected.listed:
        wrong = sorted(set(listed.items()) ^ set(expected.listed.items()))
        yield f"ByBucket: {len(wrong)} entries differ, the first is {wrong[0]}"
    for row, item in items.items():
        if ("#minute#" in row[0]) != ("expires" in item):
            yield f"{row}: minute rows end, others do not, but its end is {item.get('expires')!r}"


def _counts(record: Record) -> bool:
    """Does any family change by it? An expiry changes those alone that count stored sessions."""
    return not is_expiry(record) or "#productivity.session#" in partition_of(record)


def aside_differences(world: FoldWorld) -> Iterator[str]:
    """What tells that an event was put aside is there for those that cannot be counted, as long as they are stored."""
    told = {(item["event_pk"]["S"], item["event_sk"]["S"]) for item in every(world, "STATE_TABLE") if _is_aside(item)}
    events = [event for event in world.truth.values() if world.refused(event)]
    keys = {tuple(key_of(event.event(), event.workspace, world.slices)) for event in events}
    yield from (f"{key}: was put aside, and could be counted" for key in told - keys)
    yield from (f"{key}: cannot be counted, and was not put aside" for key in keys - told)


def _is_aside(item: dict[str, Any]) -> bool:
    return bool(item["pk"]["S"].endswith("#aside"))


def checkpoint_differences(world: FoldWorld) -> Iterator[str]:
    """Every partition's checkpoint stands at its last record that counts."""
    last = {partition_of(record): sequence_of(record) for record in world.records if _counts(record)}
    for item in every(world, "STATE_TABLE"):
        partition, _, kind = item["pk"]["S"].rpartition("#")
        if kind == "checkpoint":
            stands = item["sequence"]["S"] if "sequence" in item else "somewhere between lanes"
            if stands.lstrip("0") != last.pop(partition, "").lstrip("0"):
                yield f"checkpoint of {partition}: {stands}, not its last record"
    yield from (f"checkpoint of {partition}: missing" for partition in last)
