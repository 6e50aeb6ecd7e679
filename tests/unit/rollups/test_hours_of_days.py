"""Hours of rows of days: which rows have them, and what an audit makes of rows begun before there were any."""

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.event import Event
from belvedere.rollups.audit import Comparison, compare
from belvedere.rollups.cells import without_hours
from belvedere.rollups.rows import ROW_FIELDS, without_slots
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.keys import Key
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import MemoryRollups, folded
from tests.unit.rollups.builders import NOON, interaction

DAY = NOON - 12 * HOUR_MS
EVENTS = (
    interaction("a", at=DAY + HOUR_MS, concept="x", class_id="physics", error_type="slip"),
    interaction("b", at=DAY + 2 * HOUR_MS, concept="x", class_id="physics", error_type="slip", user="bob"),
)
LATER = interaction("c", at=DAY + 3 * HOUR_MS, concept="x", class_id="physics", error_type="slip")
OF_DAYS = [
    name
    for name, family in CATALOG.rollup_tables.items()
    if name.startswith("learning.") and (family.hourly or family.entity) and family.event_type == LATER.type
]


def from_before(table: MemoryRollups) -> MemoryRollups:
    """The rows as they were when days had no hours."""
    for key, row in table.items.items():
        family = CATALOG.rollup_tables[key.pk.split("#")[1]]
        if family.entity:
            beside = {name: value for name, value in row.items() if name in ROW_FIELDS}
            numbers = {name: value for name, value in row.items() if name not in ROW_FIELDS}
            table.items[key] = beside | without_hours(family, numbers)
        elif family.hourly:
            table.items[key] = without_slots(row)
    return table


def audited(table: MemoryRollups, name: str, *events: Event) -> Comparison:
    return compare(CATALOG.rollup_tables[name], TimeRange(DAY, DAY + DAY_MS), events, table, DAY + 9 * DAY_MS)  # type: ignore[arg-type]


def test_rows_of_days_have_hours_where_there_are_no_rows_of_hours() -> None:
    hourly = {name for name, family in CATALOG.rollup_tables.items() if family.hourly}
    assert {"learning.interactions_by_concept", "productivity.sessions_by_model", "productivity.closed"} <= hourly
    assert not any(
        Grain.HOUR in CATALOG.rollup_tables[name].grains or CATALOG.rollup_tables[name].entity for name in hourly
    )


@pytest.mark.parametrize("name", OF_DAYS)
def test_an_audit_compares_hours(name: str) -> None:
    table = folded(*EVENTS, LATER)
    assert audited(table, name, *EVENTS, LATER).differences == []
    key = next(key for key in table.items if key.pk.split("#")[1] == name and "@01" in str(table.items[key]))
    changed = next(one for one in table.items[key] if "@01" in one)
    table.items[key] = table.items[key] | {changed.replace("@01", "@09"): 5}
    if not changed.startswith("n@"):
        assert audited(table, name, *EVENTS, LATER).differences == [key]


@pytest.mark.parametrize("name", OF_DAYS)
def test_an_audit_compares_the_whole_of_rows_from_before(name: str) -> None:
    table = from_before(folded(*EVENTS))
    table.fold(LATER)
    assert audited(table, name, *EVENTS, LATER).differences == []
    assert audited(table, name, *EVENTS).differences


def whole_of(family: RollupTable, table: MemoryRollups, key: Key) -> dict[str, int]:
    numbers = {name: value for name, value in without_slots(table.items[key]).items() if name not in ROW_FIELDS}
    return without_hours(family, numbers) if family.entity else {name: n for name, n in numbers.items() if n}


@pytest.mark.parametrize("name", OF_DAYS)
def test_what_was_counted_before_is_taken_away_whole(name: str) -> None:
    table = from_before(folded(*EVENTS))
    for event in EVENTS:
        table.fold(event, sign=-1)
    left = audited(table, name).rollups
    assert {key for key in left if "#distinct." not in key.pk} == set()  # those are for the recount
    rows = [key for key in table.items if key.pk.split("#")[1] == name and "distinct" not in key.pk]
    assert rows
    assert [key for key in rows if whole_of(CATALOG.rollup_tables[name], table, key)] == []
