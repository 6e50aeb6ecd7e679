"""fold: events a second from stream records to rollup rows, and the write units an event costs."""

from itertools import count
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from belvedere.boards.registry import CATALOG
from belvedere.ingest.stored import to_items
from belvedere.realtime.changelog.notices import changes_entry
from belvedere.rollups.chunks import chunks
from belvedere.rollups.fold import Fold
from belvedere.schema.rollup_tables import RollupTable
from belvedere.storage.attributes import decode_item, encode, encode_item
from bench import data, windows
from bench.bill import BOARD_WIDE, PARTS, PER_ENTITY, Bill, size_of, units
from bench.options import Options
from bench.report import Section, Table, number
from bench.stores import LOCAL, Store, stores
from bench.timing import interleaved, medians, milliseconds
from bench.windows import Traffic

TITLE = "from stream records to rollup rows, exactly once"
VOLUMES = {"30k": 30_000, "1M": 1_000_000, "30M": 30_000_000}
LIMITS = {"1M": 0.3, "30M": 0.08}
PER_ENTITY_LIMIT = 2.5
MORNING = 10
WINDOW = windows.Window(300.0, 500)  # the targets were set with it
WIDE, ALONE = "300 s, 500", "300 s, 500, without entities"
BATCHES = (10, 150, 500)
OFF_THE_HOUR = ZoneInfo("Asia/Kolkata")  # where rows of hours are counted by the quarter as well
IN_ORDER = count(1)


def run(options: Options) -> Section:
    """First what it costs, which needs no tables, then how fast it goes."""
    section = Section("fold", TITLE)
    _units(section, options)
    _speed(section, options)
    return section


def _units(section: Section, options: Options) -> None:
    deployed = windows.deployed_window()
    parameters = {
        f"as deployed ({deployed.seconds:g} s)": deployed,
        WIDE: WINDOW,
        ALONE: WINDOW._replace(rollup_tables=_plain),
    }
    rows = []
    for name, volume in VOLUMES.items():
        if options.quick and volume > 1_000_000:
            continue
        hours = MORNING if options.quick or volume > 1_000_000 else 24
        bills = Traffic(volume, hours=hours).bills(parameters, options.rounds(60))
        rows += [_row(f"{name}, {label}", bill) for label, bill in bills.items()]
        there = Traffic(volume, hours=hours, zone=OFF_THE_HOUR).bills({WIDE: WINDOW}, options.rounds(60))
        rows.append(_row(f"{name}, {WIDE}, {OFF_THE_HOUR.key}", there[WIDE]))
        if name in LIMITS:
            wide = bills[WIDE].per_event
            section.at_most(f"write units an event at {name} a month, {BOARD_WIDE}", wide(BOARD_WIDE), LIMITS[name])
            section.at_most(f"write units an event at {name} a month, {PER_ENTITY}", wide(PER_ENTITY), PER_ENTITY_LIMIT)
    headers = ["events a month, window", "events a batch", "transactions a batch", *PARTS, "sum"]
    section.tables.append(Table("write units an event, beside 1 for the raw insert", headers, rows))
    section.notes += [
        "Units by the rule that a transaction bills 2 for each KiB of every row, at the size the row has by then.",
        f"Batches are drawn over a day; at 30M a month over its first {MORNING} hours, when rows are still smaller.",
        "The targets are for a window of 300 s; the deployed window is what gives freshness within seconds.",
    ]


def _row(name: str, bill: Bill) -> list[str]:
    parts = [f"{bill.per_event(component):.3f}" for component in PARTS]
    total = sum(bill.units.values()) / bill.events
    head = [name, f"{bill.events / bill.batches:.1f}", f"{bill.transactions / bill.batches:.1f}"]
    return [*head, *parts, f"{total:.3f}"]


def _plain(event_type: str) -> tuple[RollupTable, ...]:
    return tuple(family for family in CATALOG.rollup_tables_of(event_type) if not family.entity)


def _speed(section: Section, options: Options) -> None:
    rows = data.rows_of_day(1_000_000, 0)
    changes = windows.changes_of(rows[: max(BATCHES)])
    pure = medians(interleaved({"pure": lambda: list(chunks(changes, CATALOG.rollup_tables_of))}, options.rounds(15)))[
        "pure"
    ]
    section.told("events/s into chunks of deltas, without tables", len(changes) / pure * 1000)
    table = []
    with stores() as tables:
        for store in tables:
            for size in BATCHES[:2] if options.quick else BATCHES:
                taken = median([_folded(store, rows[start : start + size]) for start in range(0, 3 * size, size)])
                table.append([store.name, str(size), number(taken), number(size / taken * 1000)])
            if store.name == LOCAL:
                _check_model(section, store, rows[:150])
    headers = ["tables", "records a batch", "ms a batch", "events/s"]
    section.tables.append(Table("a batch of new events through the whole fold", headers, table))


def _folded(store: Store, rows: list[data.Row]) -> float:
    """Milliseconds for one batch of records that nobody has folded yet."""
    names = store.names
    fold = Fold(
        store.client, names.rollups_table, names.state_table, CATALOG.rollup_tables_of, changes_entry, lambda: data.END
    )
    records = [_record(row, next(IN_ORDER)) for row in rows]
    return milliseconds(lambda: fold.batch(records))


def _record(row: data.Row, sequence: int) -> dict[str, Any]:
    """The stream record of an event's insertion."""
    event = data.event(row, f"f-{sequence}", "bench")
    (item,) = to_items([event.content], workspace=event.workspace, received=event.received, slices=1, retention_days=90)
    image = encode_item(item)
    keys = {name: image[name] for name in ("pk", "sk")}
    stream = {"Keys": keys, "SequenceNumber": str(sequence), "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": stream}


def _check_model(section: Section, store: Store, rows: list[data.Row]) -> None:
    """Compare our count of a row's units with the table's own, on rows that were just written."""
    rollups, modelled, billed = store.tables("bench").rollups, 0, 0.0
    for chunk in chunks(windows.changes_of(rows), CATALOG.rollup_tables_of):
        for key in chunk.deltas.counters:
            response = rollups.client.update_item(
                TableName=rollups.name, Key=rollups.key(key), UpdateExpression="ADD rev :none",
                ExpressionAttributeValues={":none": encode(0)}, ReturnValues="ALL_NEW",
                ReturnConsumedCapacity="INDEXES",
            )  # fmt: skip
            billed += response["ConsumedCapacity"]["Table"]["CapacityUnits"]
            modelled += units(size_of(decode_item(response["Attributes"])))
    section.told(f"units of those rows as counted here, over {LOCAL}'s own count", modelled / billed, "x")
