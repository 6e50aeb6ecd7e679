"""The generic query: every field is checked by name, and what is asked is answered in flat rows."""

import asyncio
from typing import Any

import pytest

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.errors import Invalid
from belvedere.query.planner.cursor import cursor_at, read_cursor
from belvedere.query.planner.request import QueryBody
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import respond
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

NOW = NOON + HOUR_MS
WEEK = {"from": "2025-01-12T00:00:00Z", "to": "2025-01-19T00:00:00Z"}


def ask(table: MemoryRollups, **body: Any) -> dict[str, Any]:
    given = {"board": "learning", "metrics": ["interaction_count"], "range": WEEK} | body
    return asyncio.run(respond(QueryBody.model_validate(given), Reader(table, StateTable()), NOW))  # type: ignore[arg-type]


def refused(**body: Any) -> str:
    with pytest.raises(Invalid) as caught:
        ask(MemoryRollups(), **body)
    return caught.value.detail


def test_one_row_when_nothing_is_grouped() -> None:
    found = ask(folded(interaction("a"), interaction("b")))
    assert found["rows"] == [{"interaction_count": 2}]
    assert (found["total"], found["cursor"], found["tz"], found["granularity"]) == (1, None, "UTC", None)


def test_rows_are_flat_with_time_and_dimensions() -> None:
    found = ask(
        folded(interaction("a"), interaction("b", agent_type="forces")), group_by=["agent_type"], granularity="1d"
    )
    assert found["rows"] == [
        {"time": "2025-01-15T00:00:00Z", "agent_type": "forces", "interaction_count": 1},
        {"time": "2025-01-15T00:00:00Z", "agent_type": "kinematics", "interaction_count": 1},
    ]


def test_the_first_rows_by_a_metric_and_then_the_rest() -> None:
    table = folded(
        *(interaction(f"{agent}{i}", agent_type=agent) for agent, n in (("x", 1), ("y", 3), ("z", 2)) for i in range(n))
    )
    asked: dict[str, Any] = {"group_by": ["agent_type"], "order": [{"metric": "interaction_count"}], "limit": 2}
    first = ask(table, **asked)
    rest = ask(table, cursor=first["cursor"], **asked)
    assert [row["agent_type"] for row in first["rows"] + rest["rows"]] == ["y", "z", "x"]
    assert (first["total"], rest["cursor"]) == (3, None)


def test_each_row_stands_beside_its_previous_period() -> None:
    table = folded(
        interaction("now"), interaction("then", at=NOON - 7 * DAY_MS), interaction("then2", at=NOON - 7 * DAY_MS)
    )
    found = ask(table, compare="previous", granularity="1d")
    assert found["previous_range"]["start"] == "2025-01-05T00:00:00Z"
    (today,) = [row for row in found["rows"] if row["interaction_count"]]
    assert today["previous"] == {"interaction_count": 2}


def test_a_local_day_is_summed_from_hours() -> None:
    table = folded(interaction("late", at=NOON + 11 * HOUR_MS + 30 * 60_000))
    berlin = ask(table, granularity="1d", tz="Europe/Berlin")
    assert [row["time"] for row in berlin["rows"] if row["interaction_count"]] == ["2025-01-16T00:00:00+01:00"]


def test_auto_makes_buckets_that_fit_the_range() -> None:
    assert ask(MemoryRollups(), granularity="auto")["granularity"] == "1h"
    assert ask(MemoryRollups(), granularity="auto", range={"preset": "1y"})["granularity"] == "1w"
    assert ask(MemoryRollups(), granularity="auto", range={"preset": "1h"})["granularity"] == "1m"


def test_explain_tells_what_was_read() -> None:
    (plan,) = ask(folded(interaction()), metrics=["unique_users"])["explain"]["plans"]
    assert plan["family"] == "learning.interactions"
    assert plan["relative_error"] == {"unique_users": 0.0}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"board": "chess"}, "board: 'chess' is not one of learning"),
        ({"metrics": ["nonsense"]}, "metrics: 'nonsense' is not one of interaction_count"),
        ({"range": {"preset": "2w"}}, "preset: '2w' is not one of 1h"),
        ({"range": {"from": "soon", "to": "2025-01-01"}}, "from: 'soon' is not ISO 8601"),
        ({"range": {"from": "2025-01-02", "to": "2025-01-01"}}, "from: must be before to"),
        ({"range": {"to": "2025-01-01"}}, "from, to: send both"),
        ({"group_by": ["concept"], "granularity": "1d", "tz": "Europe/Berlin"}, "tz: local days are made of hours"),
        ({"granularity": "2h"}, "granularity: '2h' is not one of 1m"),
        ({"granularity": "1m"}, "granularity: 1m makes 10080 buckets, 10000 at most"),
        ({"granularity": "5m"}, "granularity: 5m is finer than the rollups kept for this question; one of 1h"),
        ({"granularity": "1h", "group_by": ["concept"]}, "granularity: 1h is finer"),
        ({"tz": "Nowhere"}, "tz: 'Nowhere'"),
        ({"group_by": ["colour"]}, "group_by: nothing is rolled up by colour; there is agent_type"),
        ({"filters": {"dimension": "difficulty", "in": ["hard"]}}, "filters: nothing is rolled up by difficulty"),
        ({"order": [{"metric": "success_rate"}]}, "order: 'success_rate' is not among the metrics"),
        ({"cursor": "???"}, "cursor: give back"),
        ({"cursor": cursor_at(10**9)}, "cursor: give back"),
    ],
)
def test_a_wrong_field_is_refused_by_name(body: dict[str, Any], said: str) -> None:
    assert said in refused(**body)


def test_a_cursor_comes_back_as_it_was() -> None:
    assert [read_cursor(cursor_at(offset)) for offset in (0, 7, 123_456)] == [0, 7, 123_456]
