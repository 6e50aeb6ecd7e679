"""POST /v1/query: any metrics, grouped, filtered, bucketed, ordered, paged and compared (docs/api.md)."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest

from belvedere.boards.registry import CATALOG
from tests.contract.learning.school import EVENTS, WEEK, among, by_agent, mean_ms
from tests.contract.shapes import assert_like, assert_refused, moment
from tests.worlds.served import Served, interaction

RANGE = {"from": WEEK["start_date"], "to": WEEK["end_date"]}
Json = dict[str, Any]

DOCUMENTED = {
    "board": "learning", "metrics": ["interaction_count"],
    "time_range": {"start": "2021-01-01T00:00:00Z", "end": "2022-01-01T00:00:00Z", "preset": None},
    "granularity": None, "tz": "UTC", "rows": [{"agent_type": "real", "interaction_count": 1770, "success_rate": 0.61}],
    "total": 32, "cursor": "MQ", "as_of": "2026-11-22T21:08:46.576Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(served: Served) -> Served:
    """The API after the school's week."""
    served.send_and_fold(*EVENTS)
    return served


def post(engine: Served, **asked: Any) -> Any:
    return engine.post("/v1/query", {"board": "learning", "metrics": ["interaction_count"], "range": RANGE, **asked})


def query(engine: Served, **asked: Any) -> Json:
    answer = post(engine, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def one_in(dimension: str, *values: str) -> Json:
    return {"dimension": dimension, "in": list(values)}


def counts(found: Json, dimension: str) -> dict[str, int]:
    return {row[dimension]: row["interaction_count"] for row in found["rows"]}


def test_the_answer_has_the_documented_shape(engine: Served) -> None:
    found = query(engine, metrics=["interaction_count", "success_rate"], group_by=["agent_type"], limit=1)
    assert_like(found, DOCUMENTED)


def test_without_groups_and_buckets_it_is_one_row_of_the_whole_range(engine: Served) -> None:
    found = query(engine, metrics=["interaction_count", "unique_users"])
    assert found["rows"] == [{"interaction_count": len(among(*RANGE.values())), "unique_users": 3}]
    assert (found["total"], found["cursor"], found["granularity"]) == (1, None, None)


@pytest.mark.parametrize("metric", list(CATALOG.metrics["learning"]))
def test_every_metric_of_the_board_can_be_asked(engine: Served, metric: str) -> None:
    (row,) = query(engine, metrics=[metric])["rows"]
    assert row[metric] is not None
    (nothing,) = query(engine, metrics=[metric], range={"from": "2024-06-01", "to": "2024-06-02"})["rows"]
    assert nothing[metric] == CATALOG.metrics["learning"][metric].empty


def test_metrics_of_an_event_type_of_its_own_are_asked_by_themselves(engine: Served) -> None:
    assert query(engine, metrics=["hint_count"])["rows"] == [{"hint_count": 1}]


# Buckets


@pytest.mark.parametrize(("granularity", "rows"), [("1h", 168), ("6h", 28), ("1d", 7), ("1w", 2), ("1mo", 1)])
def test_buckets_cover_the_range_and_empty_ones_are_there(engine: Served, granularity: str, rows: int) -> None:
    found = query(engine, granularity=granularity)
    assert [len(found["rows"]), found["total"], found["granularity"]] == [rows, rows, granularity]
    assert sum(row["interaction_count"] for row in found["rows"]) == len(among(*RANGE.values()))
    starts = [moment(row["time"]) for row in found["rows"]]
    assert starts == sorted(set(starts))


def test_auto_chooses_a_width_that_makes_at_most_200_buckets(engine: Served) -> None:
    week = query(engine, granularity="auto")
    year = query(engine, granularity="auto", range={"from": "2024-01-15", "to": "2025-01-15"})
    assert (week["granularity"], len(week["rows"])) == ("1h", 168)
    assert len(year["rows"]) <= 200
    assert year["granularity"] == "1w"


def test_months_of_a_time_zone_begin_at_its_midnight(engine: Served) -> None:
    found = query(engine, granularity="1mo", tz="Europe/Berlin", range={"from": "2024-12-15", "to": "2025-02-15"})
    assert found["tz"] == "Europe/Berlin"
    assert [row["time"] for row in found["rows"]] == [
        "2024-12-01T00:00:00+01:00", "2025-01-01T00:00:00+01:00", "2025-02-01T00:00:00+01:00",
    ]  # fmt: skip


def test_a_day_of_daylight_saving_has_its_own_length(engine: Served) -> None:
    spring = {"from": "2025-03-29T23:00:00Z", "to": "2025-03-31T22:00:00Z"}
    days = query(engine, granularity="1d", tz="Europe/Berlin", range=spring)["rows"]
    starts = [datetime.fromisoformat(row["time"]) for row in days]
    assert [row["time"][:10] for row in days] == ["2025-03-30", "2025-03-31"]
    assert starts == [datetime(2025, 3, 29, 23, tzinfo=UTC), datetime(2025, 3, 30, 22, tzinfo=UTC)]
    assert [later - earlier for earlier, later in pairwise(starts)] == [timedelta(hours=23)]


# Groups and filters


def test_groups_are_those_of_the_events(engine: Served) -> None:
    assert counts(query(engine, group_by=["agent_type"]), "agent_type") == by_agent(among(*RANGE.values()))


def test_users_are_ranked_without_being_named(engine: Served) -> None:
    found = query(engine, group_by=["user"], order=[{"metric": "interaction_count"}])
    assert [tuple(row.values()) for row in found["rows"]] == [("user1", 4), ("user2", 3), ("user3", 2)]


def test_buckets_and_groups_together_list_only_what_happened(engine: Served) -> None:
    found = query(engine, granularity="1d", group_by=["agent_type"])
    told = {(row["time"][:10], row["agent_type"]): row["interaction_count"] for row in found["rows"]}
    assert told[("2025-01-10", "forces")] == 2
    assert sum(told.values()) == sum(by_agent(among(*RANGE.values())).values())
    assert 0 not in told.values()


FORCES, ENERGY, KINEMATICS = (one_in("agent_type", name) for name in ("forces", "energy", "kinematics"))


@pytest.mark.parametrize(
    ("filters", "agents"),
    [
        (FORCES, {"forces"}),
        (one_in("agent_type", "forces", "energy"), {"forces", "energy"}),
        ({"or": [FORCES, ENERGY]}, {"forces", "energy"}),
        ({"not": FORCES}, {"energy", "kinematics"}),
        ({"not": {"or": [FORCES, ENERGY]}}, {"kinematics"}),
        ({"and": [{"not": FORCES}, one_in("agent_type", "forces", "energy")]}, {"energy"}),
        ({"and": [FORCES, ENERGY]}, set()),
        ({"not": {"not": ENERGY}}, {"energy"}),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "",
)
def test_filters_combine_with_and_or_and_not(engine: Served, filters: Json, agents: set[str]) -> None:
    found = counts(query(engine, group_by=["agent_type"], filters=filters), "agent_type")
    assert found == {name: n for name, n in by_agent(among(*RANGE.values())).items() if name in agents}


def test_named_users_can_be_filtered_with_their_agents(engine: Served) -> None:
    filters = {"and": [one_in("user", "user1", "user2"), {"not": FORCES}]}
    found = query(engine, filters=filters, metrics=["interaction_count", "avg_response_time"])
    theirs = among(*RANGE.values(), users=["user1", "user2"])
    events = [event for event in theirs if event["properties"].get("agent_type") != "forces"]
    assert found["rows"][0]["interaction_count"] == len(events)
    assert found["rows"][0]["avg_response_time"] == pytest.approx(mean_ms(events))


def test_a_question_that_no_family_serves_is_told_what_there_is_instead(engine: Served) -> None:
    told = ("agent_type + user", "there is agent_type", "user (named in the filter)")
    assert_refused(post(engine, group_by=["user", "agent_type"]), 422, "VALIDATION_ERROR", *told)


# Order, limit, cursor


def test_rows_come_in_order_of_time_and_name_unless_told(engine: Served) -> None:
    rows = query(engine, granularity="1d", group_by=["agent_type"])["rows"]
    keys = [(row["time"], row["agent_type"]) for row in rows]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("direction", "turned"), [("asc", False), ("desc", True)])
def test_an_order_sorts_by_a_metric_and_puts_nothing_to_say_last(engine: Served, direction: str, turned: bool) -> None:
    order = [{"metric": "avg_response_time", "direction": direction}]
    rows = query(engine, metrics=["avg_response_time"], granularity="1d", order=order)["rows"]
    told = [row["avg_response_time"] for row in rows]
    known = [value for value in told if value is not None]
    assert told == sorted(known, reverse=turned) + [None] * 4


def test_pages_hold_every_row_once_in_the_same_order(engine: Served) -> None:
    asked = {"granularity": "1d", "group_by": ["agent_type"], "order": [{"metric": "interaction_count"}]}
    everything = query(engine, **asked)
    paged: list[Json] = []
    cursor: str | None = None
    for _ in count():
        page = query(engine, **asked, limit=3, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == everything["total"]
        paged += page["rows"]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert paged == everything["rows"]
    assert len(paged) > 3


# Compare


def test_the_previous_period_is_put_beside_each_row(engine: Served) -> None:
    part = {"from": "2025-01-14T10:00:00Z", "to": "2025-01-14T12:00:00Z"}
    found = query(engine, range=part, granularity="1h", compare="previous")
    assert found["previous_range"] == {"start": "2025-01-14T08:00:00Z", "end": "2025-01-14T10:00:00Z", "preset": None}
    assert [row["interaction_count"] for row in found["rows"]] == [3, 1]
    assert [row["previous"]["interaction_count"] for row in found["rows"]] == [0, 0]


def test_a_group_is_compared_with_itself(engine: Served) -> None:
    part = {"from": "2025-01-12T00:00:00Z", "to": "2025-01-15T00:00:00Z"}
    found = query(engine, range=part, group_by=["agent_type"], compare="previous")
    before = {row["agent_type"]: row["previous"]["interaction_count"] for row in found["rows"]}
    now = counts(found, "agent_type")
    assert now == {"kinematics": 2, "forces": 1, "energy": 2}
    assert before == {"kinematics": 1, "forces": 2, "energy": None}


# Explain


def test_explain_tells_the_plan_the_rows_the_errors_and_the_units(engine: Served) -> None:
    explained = query(engine, metrics=["unique_users", "p95_response_time"], explain=True)["explain"]
    (plan,) = explained["plans"]
    assert plan["family"] == "learning.interactions"
    assert plan["rows"] > 0
    assert {scan["kind"] for scan in plan["scans"]} == {"histogram.execution_time_ms", "distinct.user"}
    assert plan["relative_error"] == {"unique_users": 0.0, "p95_response_time": 0.01}
    assert explained["units"].keys() >= {"read_units", "write_units"}
    assert "explain" not in query(engine)


def test_a_ranking_tells_how_much_it_may_have_left_out(engine: Served) -> None:
    (plan,) = query(engine, group_by=["user"], explain=True)["explain"]["plans"]
    assert (plan["family"], plan["left_out"]) == ("learning.interactions_by_user", 0)


def test_the_number_of_rows_read_does_not_depend_on_the_number_of_events(engine: Served) -> None:
    many = [interaction(f"many-{n}", "2025-01-14T10:00:00Z", "user1") for n in range(60)]
    engine.send_and_fold(*many[:1], workspace="few")
    engine.send_and_fold(*many, workspace="crowd")
    asked = {"board": "learning", "metrics": ["interaction_count"], "range": RANGE, "explain": True}
    rows = {
        name: engine.post("/v1/query", asked, key=engine.key(workspace=name)).json()["explain"]["plans"][0]["rows"]
        for name in ("few", "crowd")
    }
    assert rows["few"] == rows["crowd"] == 1


# Refusals

PARTS = [{"dimension": "agent_type", "in": ["x"]}]
for _ in range(9):
    PARTS = [{"not": PARTS[0]}]
DEEP = PARTS[0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"board": "chess"}, ("board", "learning")),
        ({"metrics": []}, ("metrics",)),
        ({"metrics": ["grade"]}, ("metrics", "grade", "interaction_count")),
        ({"metrics": ["interaction_count"] * 21}, ("metrics", "20")),
        ({"metrics": ["interaction_count", "hint_count"]}, ("metrics",)),
        ({"metrics": ["note_count"]}, ("metrics", "note_count")),
        ({"range": {"preset": "2d"}}, ("preset", "7d")),
        ({"range": {"from": "2025-01-08"}}, ("both",)),
        ({"range": {"from": "2025-01-08", "to": "2025-01-08"}}, ("before",)),
        ({"range": {"from": "2010-01-08", "to": "2025-01-08"}}, ("3660",)),
        ({"range": {"since": "2025-01-08"}}, ("range.since",)),
        ({"granularity": "2h"}, ("granularity", "1h, 6h, 1d, 1w, 1mo")),
        ({"granularity": "1m"}, ("granularity", "10080 buckets", "10000 at most")),
        ({"granularity": "1m", "range": {"from": "2025-01-08", "to": "2025-01-09"}}, ("granularity", "finer", "1h")),
        ({"granularity": "1h", "group_by": ["concept"]}, ("granularity", "finer", "1d")),
        ({"tz": "Mars/Olympus"}, ("tz", "Europe/Berlin")),
        ({"group_by": ["planet"]}, ("planet", "agent_type")),
        ({"group_by": ["agent_type"] * 5}, ("group_by", "4")),
        ({"filters": {"dimension": "agent_type"}}, ("filters", '"in"')),
        ({"filters": {"dimension": "agent_type", "in": []}}, ("filters.in", "1 to 100")),
        ({"filters": {"dimension": "agent_type", "in": [7]}}, ("filters.in", "texts")),
        ({"filters": {"dimension": "agent_type", "in": ["x"] * 101}}, ("filters.in", "100")),
        ({"filters": {"and": [{"or": [{"nor": []}]}]}}, ("filters.and[0].or[0]",)),
        ({"filters": {"and": []}}, ("filters",)),
        ({"filters": DEEP}, ("filters.not", "8 deep")),
        ({"filters": []}, ("filters",)),
        ({"filters": {"dimension": "class_id", "in": ["a"]}}, ("class_id", "agent_type")),
        ({"filters": {"dimension": "user", "in": ["u" * 201]}}, ("filters.in", "200 characters")),
        ({"order": [{"metric": "success_rate"}]}, ("order", "success_rate", "interaction_count")),
        ({"order": [{"metric": "interaction_count", "direction": "up"}]}, ("order.0.direction", "'asc'")),
        ({"limit": 0}, ("limit", "1")),
        ({"limit": 10001}, ("limit", "10000")),
        ({"cursor": "%%%"}, ("cursor", "unchanged")),
        ({"cursor": "LTE"}, ("cursor", "unchanged")),
        ({"compare": "next"}, ("compare", "previous")),
        ({"colour": "red"}, ("colour",)),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "",
)
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    engine: Served, asked: Json, told: tuple[str, ...]
) -> None:
    assert_refused(post(engine, **asked), 422, "VALIDATION_ERROR", *told)


@pytest.mark.parametrize("missing", ["board", "metrics"])
def test_a_missing_field_is_named(engine: Served, missing: str) -> None:
    body = {"board": "learning", "metrics": ["interaction_count"]}
    del body[missing]
    assert_refused(engine.post("/v1/query", body), 422, "VALIDATION_ERROR", missing, "is required")


def test_another_workspace_s_data_is_never_seen(engine: Served) -> None:
    key = engine.key(workspace="stranger")
    asked = {"board": "learning", "metrics": ["interaction_count"], "range": RANGE}
    assert engine.post("/v1/query", asked, key=key).json()["rows"] == [{"interaction_count": 0}]
    assert engine.post("/v1/query", asked | {"group_by": ["user"]}, key=key).json()["rows"] == []
