"""The flat rows that Grafana's Infinity data source reads without a root selector, a parser or a transformation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.learning.school import EVENTS, WEEK, among, by_agent
from tests.contract.shapes import assert_refused, moment
from tests.worlds.served import Served

SERIES, TABLE, VALUES, NOTES = (f"/grafana/v1/{name}" for name in ("timeseries", "table", "values", "annotations"))
START, END = WEEK["start_date"], WEEK["end_date"]
TAKEN = {
    SERIES: {"board": "learning", "metrics": "interaction_count"},
    TABLE: {"board": "learning", "metrics": "interaction_count"},
    VALUES: {"board": "learning", "dim": "agent_type"},
    NOTES: {},
}
Rows = list[dict[str, Any]]


def epoch_ms(text: str) -> str:
    return str(int(datetime.fromisoformat(text).timestamp() * 1000))


def note(name: str, time: str, **properties: Any) -> dict[str, Any]:
    return {"id": name, "type": "annotations.note", "time": time, "properties": {"title": name, **properties}}


@pytest.fixture(scope="module")
def panels(served: Served) -> Served:
    """The API after the school's week, with some notes on it."""
    end = int(epoch_ms("2025-01-10T12:00:00Z"))
    served.send_and_fold(
        *EVENTS,
        note("release", "2025-01-09T12:00:00Z", tags=["deploy"], text="version 2"),
        note("outage", "2025-01-10T11:00:00Z", tags=["incident", "night"], end=end),
        note("plain", "2025-01-11T00:00:00Z"),
        note("later", "2025-01-15T00:00:00Z", tags=["deploy"]),
    )
    return served


def rows(panels: Served, path: str, **asked: Any) -> Rows:
    answer = panels.get(path, **{"from_": START, "to": END, **asked})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert isinstance(body, list)
    assert all(not isinstance(value, dict) for row in body for value in row.values())
    return body


def test_a_series_is_a_root_array_in_order_of_time_with_numbers_as_numbers(panels: Served) -> None:
    found = rows(panels, SERIES, board="learning", metrics="interaction_count,success_rate", granularity="1d")
    assert [row["time"] for row in found] == [f"2025-01-{day:02}T00:00:00Z" for day in range(8, 15)]
    assert [row["interaction_count"] for row in found] == [1, 0, 3, 0, 0, 0, 6]
    assert found[1]["success_rate"] is None


def test_a_dimension_is_a_text_column(panels: Served) -> None:
    found = rows(panels, SERIES, board="learning", metrics="interaction_count", by="agent_type", granularity="1d")
    assert all(list(row) == ["time", "agent_type", "interaction_count"] for row in found)
    assert [row["time"] for row in found] == sorted(row["time"] for row in found)


def test_epoch_milliseconds_mean_the_same_as_iso(panels: Served) -> None:
    asked = {"board": "learning", "metrics": "interaction_count", "granularity": "1h"}
    assert rows(panels, SERIES, **asked, from_=epoch_ms(START), to=epoch_ms(END)) == rows(panels, SERIES, **asked)


def test_now_to_the_millisecond_is_snapped_so_that_the_same_question_is_the_same(panels: Served) -> None:
    asked = {"board": "learning", "metrics": "interaction_count", "granularity": "1h"}
    late = [panels.get(SERIES, **asked, from_=START, to=f"2025-01-14T23:00:{s:02}.123Z") for s in (1, 30)]
    assert late[0].json() == late[1].json()
    assert late[0].headers["etag"] == late[1].headers["etag"]
    assert late[0].json()[-1]["time"] == "2025-01-14T23:00:00Z"


def test_auto_is_the_default_granularity(panels: Served) -> None:
    assert len(rows(panels, SERIES, board="learning", metrics="interaction_count")) == 168


def test_a_filter_is_dimension_colon_value_and_values_of_one_dimension_are_joined_by_or(panels: Served) -> None:
    asked = {"board": "learning", "metrics": "interaction_count", "by": "agent_type"}
    one = rows(panels, TABLE, **asked, where="agent_type:forces")
    two = rows(panels, TABLE, **asked, where=["agent_type:forces,agent_type:energy"])
    assert {row["agent_type"]: row["interaction_count"] for row in one} == {"forces": 3}
    assert {row["agent_type"]: row["interaction_count"] for row in two} == {"energy": 2, "forces": 3}


def test_a_table_has_a_row_a_group_and_no_time(panels: Served) -> None:
    found = rows(panels, TABLE, board="learning", metrics=["interaction_count", "unique_users"], by="agent_type")
    assert all(list(row) == ["agent_type", "interaction_count", "unique_users"] for row in found)
    assert {row["agent_type"]: row["interaction_count"] for row in found} == by_agent(among(START, END))


def test_a_table_without_groups_is_one_number(panels: Served) -> None:
    assert rows(panels, TABLE, board="learning", metrics="interaction_count") == [{"interaction_count": 10}]


def test_the_values_of_a_dimension_are_options_of_a_variable(panels: Served) -> None:
    found = rows(panels, VALUES, board="learning", dim="agent_type")
    assert found == [{"__text": name, "__value": name} for name in ("energy", "forces", "kinematics")]


def test_notes_are_told_in_order_with_their_ends(panels: Served) -> None:
    found = rows(panels, NOTES)
    assert found == [
        {"time": "2025-01-09T12:00:00Z", "title": "release", "text": "version 2", "tags": ["deploy"]},
        {"time": "2025-01-10T11:00:00Z", "title": "outage", "text": "", "tags": ["incident", "night"],
         "timeEnd": "2025-01-10T12:00:00Z"},
        {"time": "2025-01-11T00:00:00Z", "title": "plain", "text": "", "tags": []},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "titles"), [("deploy", ["release"]), ("deploy,night", ["release", "outage"]), ("nothing", [])]
)
def test_notes_are_chosen_by_their_tags(panels: Served, tags: str, titles: list[str]) -> None:
    assert [row["title"] for row in rows(panels, NOTES, tags=tags)] == titles


def test_notes_of_ten_years_take_a_read_a_day_that_has_some(panels: Served) -> None:
    answer = panels.get(NOTES, from_="2015-06-01T00:00:00Z", to=END)
    assert [row["title"] for row in answer.json()] == ["release", "outage", "plain"]
    assert float(answer.headers["x-read-units"]) < 20


@pytest.mark.parametrize("path", [SERIES, TABLE, VALUES, NOTES])
def test_without_a_range_it_is_the_last_seven_days(panels: Served, path: str) -> None:
    answer = panels.get(path, **TAKEN[path])
    assert answer.status_code == 200
    for row in answer.json():
        assert row.get("interaction_count", 0) == 0
        assert moment(row.get("time", "2999-01-01T00:00:00Z")) > datetime(2025, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize("path", [SERIES, TABLE, VALUES, NOTES])
def test_another_workspace_s_data_is_never_seen(panels: Served, path: str) -> None:
    asked = {**TAKEN[path], "from_": START, "to": END}
    body = panels.get(path, key=panels.key(workspace="stranger"), **asked).json()
    assert not any(row.get("interaction_count") or "__value" in row or "title" in row for row in body)


ASKED = TAKEN[SERIES]


@pytest.mark.parametrize(
    ("path", "asked", "told"),
    [
        (SERIES, {"metrics": "interaction_count"}, ("board", "is required")),
        (SERIES, {"board": "learning"}, ("metrics", "is required")),
        (SERIES, {**ASKED, "metrics": "grade"}, ("metrics", "interaction_count")),
        (SERIES, {**ASKED, "metrics": ","}, ("metrics",)),
        (SERIES, {**ASKED, "board": "chess"}, ("board", "learning")),
        (SERIES, {**ASKED, "granularity": "2h"}, ("granularity", "1h")),
        (SERIES, {**ASKED, "from_": "9" * 30, "to": "1736899200000"}, ("from",)),
        (SERIES, {**ASKED, "from_": START}, ("both",)),
        (SERIES, {**ASKED, "where": "agent_type"}, ("where", "agent_type:forces")),
        (SERIES, {**ASKED, "by": "planet"}, ("planet", "agent_type")),
        (SERIES, {**ASKED, "by": "agent_type,user,concept,hour,day"}, ("4",)),
        (SERIES, {**ASKED, "limit": "10001"}, ("limit", "10000")),
        (SERIES, {**ASKED, "tz": "Mars/Olympus"}, ("tz", "Europe/Berlin")),
        (TABLE, {**ASKED, "limit": "0"}, ("limit", "1")),
        (TABLE, {**ASKED, "metrics": [f"m{n}" for n in range(21)]}, ("metrics", "20")),
        (VALUES, {"board": "learning"}, ("dim", "is required")),
        (VALUES, {"board": "chess", "dim": "agent_type"}, ("board", "learning")),
        (VALUES, {"board": "learning", "dim": "planet"}, ("planet", "agent_type")),
        (NOTES, {"from_": "soon", "to": END}, ("ISO 8601",)),
    ],
)
def test_what_cannot_be_asked_is_422_naming_the_field(
    panels: Served, path: str, asked: dict[str, Any], told: tuple[str, ...]
) -> None:
    assert_refused(panels.get(path, **asked), 422, "VALIDATION_ERROR", *told)
