"""GET /v1/audit: both sides of a family, equal as long as nobody interferes."""

from typing import Any

import pytest

from belvedere.boards.registry import CATALOG
from tests.contract.learning.school import EVENTS, WEEK, among
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

DOCUMENTED = {
    "family": "learning.interactions",
    "time_range": {"start": "2025-01-08T00:00:00Z", "end": "2025-01-15T00:00:00Z", "preset": None},
    "equal": True, "differing_rows": 0, "events": 9, "in_flight": 0,
    "raw": {"rows": 1, "checksum": "c", "sample": [{"row": "r", "values": {}}]},
    "rollups": {"rows": 1, "checksum": "c", "sample": [{"row": "r", "values": {}}]},
    "as_of": "2026-11-22T00:00:00Z",
}  # fmt: skip
FAMILY = "learning.interactions"
OF_LEARNING = [name for name in CATALOG.rollup_tables if name.startswith("learning.")]
DETAILED = interaction("d01", "2025-01-09T09:00:00Z", "user1", ok=False, class_id="physics", error_type="sign")


@pytest.fixture(scope="module")
def audited(served: Served) -> Served:
    """The school's week, folded for three workspaces, and for one with an event that counts in every family."""
    for workspace in ("demo", "tampered", "lacking"):
        served.send_and_fold(*EVENTS, workspace=workspace)
    served.send_and_fold(*EVENTS, DETAILED, workspace="detailed")
    return served


def audit(served: Served, family: str = FAMILY, *, workspace: str = "demo", **asked: Any) -> dict[str, Any]:
    asked = {"from_": WEEK["start_date"], "to": WEEK["end_date"], **asked}
    answer = served.get("/v1/audit", key=served.key(workspace=workspace), family=family, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_report_has_the_documented_shape(audited: Served) -> None:
    assert_like(audit(audited), DOCUMENTED)


@pytest.mark.parametrize("family", OF_LEARNING)
def test_both_sides_of_every_family_are_equal(audited: Served, family: str) -> None:
    report = audit(audited, family, workspace="detailed")
    assert report["equal"]
    assert report["differing_rows"] == 0
    assert report["raw"] == report["rollups"]
    assert report["raw"]["rows"] > 0


def test_it_counts_the_events_of_the_range(audited: Served) -> None:
    assert audit(audited)["events"] == len(among(*WEEK.values()))


def test_a_range_is_widened_to_whole_days(audited: Served) -> None:
    report = audit(audited, from_="2025-01-14T10:30:00Z", to="2025-01-14T10:31:00Z")
    assert report["time_range"] == {"start": "2025-01-14T00:00:00Z", "end": "2025-01-15T00:00:00Z", "preset": None}


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_it_shows_as_many_rows_as_asked(audited: Served, rows: int) -> None:
    report = audit(audited, rows=rows)
    assert len(report["raw"]["sample"]) == len(report["rollups"]["sample"]) == rows


def test_a_counter_of_any_size_is_shown(audited: Served) -> None:
    audited.send_and_fold(*EVENTS, workspace="large")
    key = {"pk": {"S": f"large#{FAMILY}#hour#counters"}, "sk": {"S": "2025-01-14T10"}}
    audited.dynamodb.update_item(
        TableName=audited.tables["ROLLUPS_TABLE"], Key=key, UpdateExpression="ADD #count :many",
        ExpressionAttributeNames={"#count": "count"}, ExpressionAttributeValues={":many": {"N": str(10**20)}},
    )  # fmt: skip
    (rollup,) = audit(audited, workspace="large", rows=1)["rollups"]["sample"]
    assert 10**20 < rollup["values"]["count"] < 10**20 + 100


def test_a_row_that_was_tampered_with_is_shown_first_with_both_its_sides(audited: Served) -> None:
    key = {"pk": {"S": f"tampered#{FAMILY}#hour#counters"}, "sk": {"S": "2025-01-14T10"}}
    audited.dynamodb.update_item(
        TableName=audited.tables["ROLLUPS_TABLE"], Key=key, UpdateExpression="ADD #count :one",
        ExpressionAttributeNames={"#count": "count"}, ExpressionAttributeValues={":one": {"N": "1"}},
    )  # fmt: skip
    report = audit(audited, workspace="tampered", rows=1)
    assert (report["equal"], report["differing_rows"]) == (False, 1)
    assert report["raw"]["checksum"] != report["rollups"]["checksum"]
    (raw,), (rollup,) = report["raw"]["sample"], report["rollups"]["sample"]
    assert raw["row"] == rollup["row"] == f"tampered#{FAMILY}#hour#counters 2025-01-14T10"
    assert rollup["values"] == raw["values"] | {"count": raw["values"]["count"] + 1}


def test_a_row_that_is_gone_is_told_on_the_side_that_has_it(audited: Served) -> None:
    key = {"pk": {"S": f"lacking#{FAMILY}#day#counters"}, "sk": {"S": "2025-01-10"}}
    audited.dynamodb.delete_item(TableName=audited.tables["ROLLUPS_TABLE"], Key=key)
    report = audit(audited, workspace="lacking", rows=1)
    assert (report["equal"], report["differing_rows"]) == (False, 1)
    assert report["raw"]["rows"] == report["rollups"]["rows"] + 1
    assert report["raw"]["sample"][0]["row"].endswith("#day#counters 2025-01-10")


def test_an_event_that_is_not_folded_yet_is_in_flight_and_explains_the_difference(audited: Served) -> None:
    audited.send_and_fold(interaction("before", "2025-01-09T10:00:00Z"), workspace="behind")
    audited.send(interaction("late", "2025-01-09T10:00:00Z"), workspace="behind")
    report = audit(audited, workspace="behind")
    assert (report["equal"], report["in_flight"], report["events"]) == (False, 1, 2)
    audited.fold()
    report = audit(audited, workspace="behind")
    assert (report["equal"], report["in_flight"]) == (True, 0)


def test_without_a_range_it_is_today(audited: Served) -> None:
    answer = audited.get("/v1/audit", family=FAMILY)
    assert answer.json()["events"] == 0
    assert answer.json()["equal"]


def test_another_workspace_s_events_are_not_told(audited: Served) -> None:
    report = audit(audited, workspace="stranger")
    assert (report["events"], report["raw"]["rows"], report["rollups"]["rows"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, ("family", "is required")),
        ({"family": "nobody.knows"}, ("family", *OF_LEARNING)),
        ({"family": FAMILY, "from_": "2025-01-08"}, ("from, to", "both")),
        ({"family": FAMILY, "from_": "soon", "to": "2025-01-08"}, ("from", "ISO 8601")),
        ({"family": FAMILY, "from_": "2025-01-08", "to": "2025-01-08"}, ("from", "before to")),
        ({"family": FAMILY, "from_": "2025-01-08", "to": "2025-03-08"}, ("31 days",)),
        ({"family": FAMILY, "rows": "501"}, ("rows", "500")),
        ({"family": FAMILY, "rows": "-1"}, ("rows", "0")),
    ],
)
def test_what_cannot_be_audited_is_422_naming_the_field(
    served: Served, asked: dict[str, Any], told: tuple[str, ...]
) -> None:
    assert_refused(served.get("/v1/audit", **asked), 422, "VALIDATION_ERROR", *told)
