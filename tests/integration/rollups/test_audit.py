"""The audit compares rows with a recount of the raw events, live."""

from collections.abc import Iterator
from dataclasses import fields

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.rollups.auditing import Audit
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange
from tests.proof import school
from tests.worlds.fold import NOW, FoldWorld
from tests.worlds.lab import Lab

PART = TimeRange(NOW - NOW % school.DAY - school.DAY, NOW - NOW % school.DAY + school.DAY)


@pytest.fixture
def folded(lab: Lab) -> Iterator[FoldWorld]:
    with lab.world() as world:
        world.send("demo", school.events(lab.rng("audit"), 60, users=8, span=school.DAY))
        world.process().deliver(world.news())
        yield world


@pytest.mark.parametrize("family", [name for name in CATALOG.rollup_tables if name.startswith("learning.")])
def test_every_family_of_folded_events_is_equal_on_both_sides(folded: FoldWorld, family: str) -> None:
    report = audit(folded, family).report(PART, shown=3)
    assert report["equal"]
    assert report["in_flight"] == 0
    assert report["raw"] == report["rollups"]
    assert report["raw"]["rows"] > 0


def test_a_row_that_was_tampered_with_is_named_with_both_its_sides(folded: FoldWorld) -> None:
    rows = folded.scan("ROLLUPS_TABLE", ConsistentRead=True)
    row = next(item for item in rows if item["pk"]["S"] == "demo#learning.interactions#hour#counters")
    folded.client.update_item(
        TableName=folded.names["ROLLUPS_TABLE"], Key={"pk": row["pk"], "sk": row["sk"]},
        UpdateExpression="ADD success :one", ExpressionAttributeValues={":one": {"N": "1"}},
    )  # fmt: skip
    report = audit(folded, "learning.interactions").report(PART, shown=1)
    assert (report["equal"], report["differing_rows"]) == (False, 1)
    (raw,), (stored,) = report["raw"]["sample"], report["rollups"]["sample"]
    assert raw["row"] == stored["row"] == f"{row['pk']['S']} {row['sk']['S']}"
    assert stored["values"]["success"] == raw["values"].get("success", 0) + 1


def test_an_event_that_is_not_folded_yet_is_in_flight(folded: FoldWorld, lab: Lab) -> None:
    (late,) = school.events(lab.rng("in flight"), 1, name="late", span=school.HOUR)
    assert folded.send("demo", [late]) == ["accepted"]
    family = "learning.hints" if late.type == "learning.hint" else "learning.interactions"
    report = audit(folded, family).report(PART, shown=1)
    assert (report["equal"], report["in_flight"]) == (False, 1)


def audit(world: FoldWorld, family: str) -> Audit:
    tables = Tables(**{one.name: world.table(f"{one.name.upper()}_TABLE", "demo") for one in fields(Tables)})
    return Audit(tables, CATALOG.rollup_tables[family], world.slices, world.clock())
