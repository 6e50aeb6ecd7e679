"""POST /dashboard/comparative, as the learning contract documents it."""

import json
from collections.abc import Iterator
from statistics import mean
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ttest_ind

from tests.contract.learning.classroom import EVENTS, ROSTERS, WEEK, flat, rate, work
from tests.contract.learning.directory import joined, taught
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

Json = dict[str, Any]
PATH = "/dashboard/comparative"
METRICS = ["success_rate", "interaction_count", "avg_response_time"]
CONCEPTS = (
    interaction("c1", "2025-01-09T10:00:00Z", "ann", concept="velocity", ms=100),
    interaction("c2", "2025-01-09T11:00:00Z", "bob", concept="velocity", ms=300, ok=False),
    interaction("c3", "2025-01-09T12:00:00Z", "bob", concept="torque", ms=500),
)

DOCUMENTED_REQUEST = json.loads("""
{
  "comparison_type": "students",
  "primary_entities": ["user_123", "user_456"],
  "comparison_entities": ["user_789", "user_012"],
  "metrics": ["success_rate", "interaction_count", "avg_response_time"],
  "time_range": {"preset": "30d"}
}
""")
DOCUMENTED = json.loads("""
{
  "comparison_type": "students",
  "primary_entities": ["user_123", "user_456"],
  "comparison_entities": ["user_789", "user_012"],
  "comparisons": [
    {"entity_id": "user_123", "entity_type": "primary",
     "metrics": {"success_rate": 0.89, "interaction_count": 145, "avg_response_time": 234.5}},
    {"entity_id": "user_789", "entity_type": "comparison",
     "metrics": {"success_rate": 0.76, "interaction_count": 98, "avg_response_time": 267.8}}
  ],
  "generated_at": "2025-01-15T10:30:00"
}
""")


@pytest.fixture(scope="module")
def board(served: Served) -> Iterator[Served]:
    served.send_and_fold(*EVENTS)
    served.send_and_fold(*CONCEPTS, workspace="concepts")
    with taught("physics", *ROSTERS["physics"]), taught("maths", *ROSTERS["maths"]):
        yield served


def comparison(board: Served, kind: str, primary: list[str], others: list[str], **asked: Any) -> Json:
    key = asked.pop("key", None)
    body = {"comparison_type": kind, "primary_entities": primary, "comparison_entities": others}
    body |= {"time_range": WEEK, "force_refresh": True}
    answer = board.post(PATH, body | asked, key=key)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def by_name(found: Json) -> dict[str, Json]:
    return {row["entity_id"]: row["metrics"] for row in found["comparisons"]}


def numbers(events: list[Json]) -> Json:
    """The documented metrics, counted plainly."""
    times = [event["properties"]["execution_time_ms"] for event in events if "execution_time_ms" in event["properties"]]
    return {
        "success_rate": pytest.approx(rate(events)),
        "interaction_count": len(events),
        "avg_response_time": pytest.approx(mean(times)),
    }


def test_the_documented_request_gets_the_documented_shape(board: Served) -> None:
    asked = DOCUMENTED_REQUEST | {"primary_entities": ["ann", "bob"], "comparison_entities": ["cid", "dan"]}
    answer = board.post(PATH, asked | {"time_range": WEEK})
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED)
    assert [row["entity_id"] for row in answer.json()["comparisons"]] == ["ann", "bob", "cid", "dan"]


def test_the_documented_request_as_it_stands_is_taken(board: Served) -> None:
    assert board.post(PATH, DOCUMENTED_REQUEST).status_code == 200


def test_students_are_compared_by_their_own_interactions(board: Served) -> None:
    found = by_name(comparison(board, "students", ["eve", "ann"], ["cid"]))
    assert found == {user: numbers(work()[user]) for user in ("eve", "ann", "cid")}


def test_agents_are_compared(board: Served) -> None:
    found = by_name(comparison(board, "agents", ["energy"], ["forces", "kinematics"]))
    for agent, told in found.items():
        assert told == numbers([e for e in flat(work()) if e["properties"].get("agent_type") == agent])
    assert list(found) == ["energy", "forces", "kinematics"]


def test_agents_are_compared_for_some_students_alone(board: Served) -> None:
    found = by_name(comparison(board, "agents", ["energy"], ["forces"], filters={"user_ids": ["ann", "bob"]}))
    own = [event for user in ("ann", "bob") for event in work()[user]]
    for agent, told in found.items():
        assert told == numbers([event for event in own if event["properties"].get("agent_type") == agent])


def test_concepts_are_compared(board: Served) -> None:
    found = by_name(comparison(board, "concepts", ["velocity"], ["torque"], key=board.key(workspace="concepts")))
    assert found == {
        "velocity": {"success_rate": 0.5, "interaction_count": 2, "avg_response_time": 200},
        "torque": {"success_rate": 1.0, "interaction_count": 1, "avg_response_time": 500},
    }


@pytest.mark.parametrize("kind", ["classes", "cohorts"])
def test_classes_are_compared_by_what_counts_for_them(board: Served, kind: str) -> None:
    found = by_name(comparison(board, kind, ["physics"], ["maths"]))
    assert found == {name: numbers(flat(work(name))) for name in ("physics", "maths")}


def test_time_periods_are_presets_or_ranges_and_tell_their_range(board: Served) -> None:
    first, second = "2025-01-01/2025-01-08", "2025-01-08T00:00:00Z/2025-01-15T00:00:00Z"
    found = comparison(board, "time_periods", [second], [first, "7d"])
    assert by_name(found)[first] == numbers(flat(work(start="2025-01-01", end="2025-01-08")))
    assert by_name(found)[second] == numbers(flat(work()))
    assert by_name(found)["7d"]["interaction_count"] == 0
    assert [row["time_range"]["start"] for row in found["comparisons"]][:2] == [
        "2025-01-08T00:00:00Z", "2025-01-01T00:00:00Z",
    ]  # fmt: skip
    assert found["time_range"] is None


def test_only_what_is_asked_for_is_told_and_three_metrics_by_default(board: Served) -> None:
    one = comparison(board, "students", ["ann"], ["bob"], metrics=["interaction_count", "successful_interactions"])
    assert all(list(row["metrics"]) == ["interaction_count", "successful_interactions"] for row in one["comparisons"])
    default = comparison(board, "students", ["ann"], ["bob"])
    assert all(list(row["metrics"]) == METRICS for row in default["comparisons"])
    assert default["metrics"] == METRICS


@pytest.mark.parametrize("kind", ["students", "agents", "concepts", "classes"])
def test_entities_without_data_are_there_with_nulls_and_counts_of_zero(board: Served, kind: str) -> None:
    found = comparison(board, kind, ["nobody"], ["nothing"])
    assert [row["entity_id"] for row in found["comparisons"]] == ["nobody", "nothing"]
    for row in found["comparisons"]:
        assert row["metrics"] == {"success_rate": None, "interaction_count": 0, "avg_response_time": None}


def test_rows_come_in_the_order_of_the_request(board: Served) -> None:
    found = comparison(board, "students", ["eve", "ann", "nobody"], ["dan", "bob"])["comparisons"]
    assert [(row["entity_id"], row["entity_type"]) for row in found] == [
        ("eve", "primary"), ("ann", "primary"), ("nobody", "primary"), ("dan", "comparison"), ("bob", "comparison"),
    ]  # fmt: skip


def test_who_is_in_both_lists_is_told_in_both_roles_and_in_each_once(board: Served) -> None:
    found = comparison(board, "students", ["ann", "ann"], ["bob", "ann"])["comparisons"]
    assert [(row["entity_id"], row["entity_type"]) for row in found] == [
        ("ann", "primary"), ("bob", "comparison"), ("ann", "comparison"),
    ]  # fmt: skip
    assert found[0]["metrics"] == found[2]["metrics"]


def test_without_a_second_list_there_is_nothing_to_compare_with(board: Served) -> None:
    body = {"comparison_type": "students", "primary_entities": ["ann"], "effect_size": True}
    assert board.post(PATH, body | {"time_range": WEEK}).json()["effect_sizes"][0]["value"] is None


def test_effect_sizes_are_there_only_for_who_asks(board: Served) -> None:
    assert "effect_sizes" not in comparison(board, "students", ["ann"], ["bob"])


def test_a_difference_of_proportions_is_that_of_all_interactions_of_both_sides(board: Served) -> None:
    asked = {"effect_size": "difference_of_proportions"}
    (told,) = comparison(board, "students", ["ann", "bob"], ["dan", "eve"], **asked)["effect_sizes"]
    sides = [[event for user in side for event in work()[user]] for side in (("ann", "bob"), ("dan", "eve"))]
    assert told["measure"] == "difference_of_proportions"
    assert told["value"] == pytest.approx(rate(sides[0]) - rate(sides[1]))
    table = [[sum(e["properties"]["success"] is good for e in side) for good in (True, False)] for side in sides]
    assert told["p_value"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    assert told["confidence_interval"][0] < told["value"] < told["confidence_interval"][1]


def test_cohen_s_d_is_that_of_the_entities_own_values(board: Served) -> None:
    asked = {"effect_size": "cohens_d", "metrics": ["success_rate", "interaction_count"]}
    told = comparison(board, "students", ["ann", "bob", "cid"], ["dan", "eve", "nobody"], **asked)["effect_sizes"]
    assert [one["metric"] for one in told] == ["success_rate", "interaction_count"]
    rates = [[rate(work()[user]) for user in side] for side in (("ann", "bob", "cid"), ("dan", "eve"))]
    expected = ttest_ind(*rates, equal_var=False)
    pooled = np.sqrt((2 * np.var(rates[0], ddof=1) + np.var(rates[1], ddof=1)) / 3)
    assert told[0]["value"] == pytest.approx((mean(rates[0]) - mean(rates[1])) / pooled)
    assert told[0]["p_value"] == pytest.approx(expected.pvalue)
    assert told[0]["confidence_interval"] == pytest.approx(list(expected.confidence_interval(0.95)))


def test_both_effects_are_told_for_true_and_who_is_on_both_sides_is_on_neither(board: Served) -> None:
    with_ann = comparison(board, "students", ["ann", "bob"], ["ann", "eve"], effect_size=True)["effect_sizes"]
    without = comparison(board, "students", ["bob"], ["eve"], effect_size=True)["effect_sizes"]
    assert {one["measure"] for one in with_ann} == {"difference_of_proportions", "cohens_d"}
    assert with_ann == without


def test_an_answer_tells_its_kind_and_is_not_kept_by_others(board: Served) -> None:
    answer = board.post(PATH, DOCUMENTED_REQUEST)
    assert answer.headers["x-cache-type"] == "default"
    assert answer.headers["cache-control"] == "no-store"
    assert board.post(PATH, DOCUMENTED_REQUEST).headers["x-cache"].startswith("hit")


def test_who_joins_a_class_is_compared_with_it(board: Served) -> None:
    before = by_name(comparison(board, "classes", ["maths"], []))["maths"]["interaction_count"]
    with joined("maths", "ann"):
        after = by_name(comparison(board, "classes", ["maths"], []))["maths"]["interaction_count"]
    assert after == before + len(work()["ann"])


def test_another_workspace_s_data_is_never_seen(board: Served) -> None:
    found = by_name(comparison(board, "students", ["ann"], [], key=board.key(workspace="stranger")))
    assert found["ann"]["interaction_count"] == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"comparison_type": "planets"}, ("comparison_type", "students", "time_periods")),
        ({"comparison_type": None}, ("comparison_type",)),
        ({"primary_entities": []}, ("primary_entities", "1")),
        ({"primary_entities": [""]}, ("primary_entities.0", "1")),
        ({"primary_entities": ["x" * 201]}, ("primary_entities.0", "200")),
        ({"primary_entities": ["x"] * 51}, ("primary_entities", "50")),
        ({"comparison_entities": ["x"] * 51}, ("comparison_entities", "50")),
        ({"metrics": []}, ("metrics", "1")),
        ({"metrics": ["grade"]}, ("metrics", "grade", "success_rate")),
        ({"effect_size": "huge"}, ("effect_size", "cohens_d")),
        ({"time_range": {"preset": "2d"}}, ("preset", "7d")),
        ({"time_range": {"end_date": "2025-01-15"}}, ("start_date", "end_date")),
        ({"comparison_type": "time_periods", "primary_entities": ["yesterday"]}, ("yesterday", "7d", "start/end")),
        ({"comparison_type": "time_periods", "primary_entities": ["2025-01-02/2025-01-01"]}, ("2025-01-02", "before")),
        ({"filters": {"concepts": ["a"]}}, ("filters", "user_ids")),
        ({"filters": {"user_ids": ["a"]}}, ("filters.user_ids", "primary_entities")),
        ({"comparison_type": "classes", "filters": {"user_ids": ["a"]}}, ("filters", "classes")),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "",
)
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    board: Served, asked: Json, told: tuple[str, ...]
) -> None:
    body = {"comparison_type": "students", "primary_entities": ["ann"], "comparison_entities": ["bob"]}
    assert_refused(board.post(PATH, body | {"time_range": WEEK} | asked), 422, "VALIDATION_ERROR", *told)
