"""GET /dashboard/class-overview, as the learning contract documents it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from statistics import mean
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency, ttest_ind

from tests.contract.learning.classroom import EVENTS, ROSTERS, WEEK, flat, rate, work
from tests.contract.learning.directory import joined, taught
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

Json = dict[str, Any]
PATH = "/dashboard/class-overview"
BOTH = ("physics", "maths")

DOCUMENTED = json.loads("""
{
  "time_range": {"start": "2025-01-08T00:00:00", "end": "2025-01-15T00:00:00"},
  "class_statistics": {"total_students": 45, "total_interactions": 1250, "avg_response_time": 245.3,
                       "class_success_rate": 0.82, "most_used_agent": "kinematics"},
  "performance_distribution": {"percentiles": {"25th": 0.65, "50th": 0.78, "75th": 0.89, "90th": 0.94},
                               "student_count": 45},
  "top_performers": [{"user_id": "user_123", "success_rate": 0.94, "interaction_count": 89}],
  "generated_at": "2025-01-15T10:30:00"
}
""")


@pytest.fixture(scope="module")
def board(served: Served) -> Iterator[Served]:
    served.send_and_fold(*EVENTS)
    with taught("physics", *ROSTERS["physics"]), taught("maths", *ROSTERS["maths"], by="other"):
        yield served


def overview(board: Served, *classes: str, **asked: Any) -> Json:
    answer = board.get(PATH, class_ids=list(classes), **(WEEK | {"force_refresh": True} | asked))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def statistics(*classes: str, **part: str) -> Json:
    """The documented numbers, counted plainly."""
    events = flat(work(*classes, **part))
    times = [event["properties"]["execution_time_ms"] for event in events if "execution_time_ms" in event["properties"]]
    agents = Counter(event["properties"].get("agent_type") for event in events)
    del agents[None]
    return {
        "total_students": len(work(*classes, **part)),
        "total_interactions": len(events),
        "avg_response_time": pytest.approx(mean(times)),
        "class_success_rate": pytest.approx(rate(events)),
        "most_used_agent": min(agents, key=lambda agent: (-agents[agent], agent)),
    }


def test_the_documented_request_gets_the_documented_shape(board: Served) -> None:
    found = overview(board, "physics")
    assert_like(found, DOCUMENTED)
    assert found["time_range"] == {"start": "2025-01-08T00:00:00Z", "end": "2025-01-15T00:00:00Z", "preset": None}


@pytest.mark.parametrize("classes", [("physics",), ("maths",), BOTH, ()], ids=str)
def test_what_names_a_class_counts_for_it_and_the_rest_for_every_class_of_its_student(
    board: Served, classes: tuple[str, ...]
) -> None:
    found = overview(board, *classes)["class_statistics"]
    enrolled = {"enrolled_students": len({u for name in classes for u in ROSTERS[name]})} if classes else {}
    assert found == statistics(*classes) | enrolled


def test_a_student_of_no_class_who_worked_in_one_is_in_it_with_that_work(board: Served) -> None:
    told = {one["user_id"]: one["interaction_count"] for one in overview(board, "physics")["top_performers"]}
    assert told["fay"] == len(work("physics")["fay"]) < len(work()["fay"])


@pytest.mark.parametrize("classes", [("physics",), BOTH, ()], ids=str)
def test_percentiles_are_those_of_the_students_success_rates(board: Served, classes: tuple[str, ...]) -> None:
    found = overview(board, *classes)["performance_distribution"]
    rates = [rate(events) for events in work(*classes).values()]
    expected = {f"{p}th": pytest.approx(np.percentile(rates, p)) for p in (25, 50, 75, 90)}
    assert found["percentiles"] == expected
    assert found["student_count"] == len(rates)


@pytest.mark.parametrize("classes", [("maths",), ()], ids=str)
def test_buckets_weigh_success_in_the_class_with_engagement(board: Served, classes: tuple[str, ...]) -> None:
    told: Counter[str] = Counter()
    for user, events in work(*classes).items():
        score = 0.6 * rate(events) + 0.4 * engagement(user)
        cuts = {"excellent": 0.85, "good": 0.75, "average": 0.65, "needs_help": 0.5, "at_risk": 0.0}
        told[next(name for name, least in cuts.items() if score >= least)] += 1
    found = overview(board, *classes)["performance_distribution"]["buckets"]
    assert {name: count for name, count in found.items() if count} == told
    assert list(found) == ["excellent", "good", "average", "needs_help", "at_risk"]


def engagement(user: str) -> float:
    """The profile formula over all of a student's days in the thirty before the range's end."""
    days: dict[date, list[Json]] = {}
    for event in EVENTS:
        if event["user"] == user:
            days.setdefault(date.fromisoformat(event["time"][:10]), []).append(event)
    sessions = [events for events in days.values() if len(events) >= 2]
    hours = [hours_of(events) for events in sessions]
    sizes, rates = [len(events) for events in sessions], [rate(events) for events in sessions]
    return mean([min(mean(hours) / 0.5, 1), min(mean(sizes) / 10, 1), mean(rates), min(len(days) / 7, 1)])


def hours_of(events: list[Json]) -> float:
    counts = Counter(int(event["time"][11:13]) for event in events)
    first, last = min(counts), max(counts)
    return last + counts[last] / (counts[last] + 1) - first - 1 / (counts[first] + 1)


def test_the_best_are_those_whose_rate_is_surest_to_be_high(board: Served) -> None:
    found = overview(board, "physics")["top_performers"]
    lows = {user: low(events) for user, events in work("physics").items()}
    assert [one["user_id"] for one in found] == sorted(lows, key=lambda user: -lows[user])
    for one in found:
        events = work("physics")[one["user_id"]]
        assert one["interaction_count"] == len(events)
        assert one["success_rate"] == pytest.approx(rate(events))
        assert one["success_rate_lower_bound"] == pytest.approx(lows[one["user_id"]])


def low(events: list[Json]) -> float:
    good = sum(event["properties"]["success"] for event in events)
    return float(binomtest(good, len(events)).proportion_ci(method="wilson").low)


def test_classes_are_named_repeated_or_joined_by_commas(board: Served) -> None:
    stated = [
        board.get(PATH, class_ids=form, **WEEK).json()["class_statistics"]
        for form in (["physics", "maths"], "physics,maths", "maths, physics")
    ]
    assert stated[0] == stated[1] == stated[2]


def test_comparisons_are_there_only_for_who_asks(board: Served) -> None:
    assert "comparisons" not in overview(board, "physics")
    assert overview(board, "physics", include_comparisons=True)["comparisons"].keys() == {"previous_period", "classes"}


@pytest.mark.parametrize("classes", [("physics",), ()], ids=str)
def test_the_period_before_is_as_long_and_told_with_what_changed(board: Served, classes: tuple[str, ...]) -> None:
    found = overview(board, *classes, include_comparisons=True)
    before = found["comparisons"]["previous_period"]
    assert before["time_range"] == {"start": "2025-01-01T00:00:00Z", "end": "2025-01-08T00:00:00Z", "preset": None}
    assert before["class_statistics"] == statistics(*classes, start="2025-01-01", end="2025-01-08")
    for name, change in before["change"].items():
        assert change == pytest.approx(found["class_statistics"][name] - before["class_statistics"][name])
    table = [
        [sum(event["properties"]["success"] is good for event in flat(part)) for good in (True, False)]
        for part in (work(*classes), work(*classes, start="2025-01-01", end="2025-01-08"))
    ]
    assert before["effect_size"]["p_value"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize("classes", [BOTH, ()], ids=str)
def test_each_class_is_compared_with_the_others(board: Served, classes: tuple[str, ...]) -> None:
    found = overview(board, *classes, include_comparisons=True)["comparisons"]["classes"]
    assert [(one["class_id"], one["name"]) for one in found] == [("maths", "Maths"), ("physics", "Physics")]
    for one in found:
        name = one["class_id"]
        assert one["class_statistics"] == statistics(name)
        own = work(name)
        beside = {user: events for user, events in work(*BOTH).items() if user not in own}
        rates = [[rate(events) for events in part.values()] for part in (own, beside)]
        effect = one["effect_size"]
        assert effect["difference"] == pytest.approx(np.mean(rates[0]) - np.mean(rates[1]))
        if min(map(len, rates)) > 1:
            assert effect["p_value"] == pytest.approx(ttest_ind(*rates, equal_var=False).pvalue)
        else:
            assert effect["p_value"] is None


def test_a_range_without_work_has_no_percentiles_and_no_best(board: Served) -> None:
    found = overview(board, "physics", start_date="2024-01-01", end_date="2024-01-08", include_comparisons=True)
    assert found["performance_distribution"]["percentiles"] == {}
    assert found["performance_distribution"]["student_count"] == 0
    assert found["top_performers"] == []
    assert found["class_statistics"] == {
        "total_students": 0, "total_interactions": 0, "avg_response_time": 0, "class_success_rate": 0,
        "most_used_agent": None, "enrolled_students": 4,
    }  # fmt: skip


def test_a_class_that_nobody_knows_is_empty(board: Served) -> None:
    assert overview(board, "alchemy")["class_statistics"]["total_students"] == 0


def test_who_joins_a_class_is_in_it_with_all_that_names_no_class(board: Served) -> None:
    before = overview(board, "maths")["class_statistics"]["total_students"]
    with joined("maths", "ann"):
        assert overview(board, "maths")["class_statistics"]["total_students"] == before + 1


def test_it_is_kept_for_its_reader_as_documented(board: Served) -> None:
    answer = board.get(PATH, **WEEK)
    assert answer.headers["x-cache-type"] == "class_overview"
    assert answer.headers["cache-control"] == "private, max-age=1800, stale-while-revalidate=3600"
    assert board.get(PATH, headers={"If-None-Match": answer.headers["etag"]}, **WEEK).status_code == 304


def test_another_workspace_s_classes_are_never_seen(board: Served) -> None:
    answer = board.get(PATH, key=board.key(workspace="stranger"), class_ids="physics", **WEEK)
    assert answer.json()["class_statistics"]["total_students"] == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"preset": "2d"}, ("preset", "7d")),
        ({"end_date": "2025-01-01"}, ("start_date", "end_date")),
        ({"start_date": "2025-01-02", "end_date": "2025-01-01"}, ("start_date", "before")),
        ({"include_comparisons": "perhaps"}, ("include_comparisons",)),
        ({"class_ids": ",".join(map(str, range(101)))}, ("class_ids", "100")),
    ],
)
def test_what_cannot_be_asked_is_422_naming_the_field(board: Served, asked: Json, told: tuple[str, ...]) -> None:
    assert_refused(board.get(PATH, **asked), 422, "VALIDATION_ERROR", *told)
