"""Known ground truth: what the statistics say of a simulated school, and of a real tutoring log, counted otherwise.

The school is seeded and its chances of success are known; the log is counted from its own rows. Both are folded into
rows in memory by the fold's arithmetic, and read by the code that serves the endpoints.
"""

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from belvedere.boards.learning import school as directory_of_classes
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.boards.learning.directory.classes import SchoolClass
from belvedere.boards.learning.responses import student_insights
from belvedere.boards.learning.responses.class_overview import ClassOverviewRequest, class_overview
from belvedere.boards.learning.responses.comparative import comparative
from belvedere.boards.learning.responses.student_insights import InsightsRequest, insights
from belvedere.query.reader.read import Reader
from belvedere.settings import Settings
from tests.e2e.oatutor import REAL
from tests.unit.query.memory import StateTable
from tests.worlds.ground_truth import GroundTruth, Json, StudentTruth, simulated, tutoring_log

WORLDS: list[Any] = [
    pytest.param(simulated, id="simulated school"),
    pytest.param(
        tutoring_log, id="tutoring log", marks=pytest.mark.skipif(not REAL.exists(), reason="the log is not here")
    ),
]


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> GroundTruth:
    """A world whose Directory knows the world's classes, and no concepts."""
    make: Callable[[], GroundTruth] = request.param
    found = make()
    classes = tuple(SchoolClass(name, name, (), students) for name, students in found.rosters.items())
    known = {one.class_id: one for one in classes}
    monkeypatch.setattr(directory_of_classes, "list_classes", lambda _: classes)
    monkeypatch.setattr(directory_of_classes, "get_class", lambda _, name: known.get(name))
    monkeypatch.setattr(student_insights, "list_concepts", lambda _: ())
    names = dict.fromkeys(("events_table", "rollups_table", "cache_table", "state_table", "directory_table"), "none")
    monkeypatch.setattr(student_insights, "settings", lambda: Settings(**names))
    return found


def told_of(world: GroundTruth, user: str) -> Json:
    request = InsightsRequest(user, None, *world.range)
    return asyncio.run(insights(request, world.tables, world.end))


def overview(world: GroundTruth, *classes: str) -> Json:
    request = ClassOverviewRequest(classes or None, None, *world.range, include_comparisons=False)
    return asyncio.run(class_overview(request, world.tables, world.end))


def busiest(world: GroundTruth, most: int = 12) -> list[str]:
    return sorted(world.students, key=lambda user: (-len(world.students[user].attempts), user))[:most]


def test_masteries_and_what_is_made_of_them_are_a_recount_s(world: GroundTruth) -> None:
    today = datetime.fromtimestamp((world.end - 1) / 1000, UTC).date()
    for user in busiest(world):
        truth, found = world.students[user], told_of(world, user)
        expected = truth.masteries(today)
        rows = {row["concept"]: (row["mastery_score"], *row["confidence"]) for row in found["concept_mastery"]}
        assert rows == {concept: pytest.approx(one, abs=1e-7) for concept, one in expected.items()}
        progress, done = found["progress_tracking"], sum(score >= 0.7 for score, _, _ in expected.values())
        days = len({attempt[0] for attempt in truth.attempts})
        assert progress["overall_score"] == pytest.approx(np.mean([one[0] for one in expected.values()]))
        assert progress["concepts_mastered"] == done
        assert progress["concepts_per_week"] == pytest.approx(done / max(days / 7, 1))
        assert found["details"]["interactions"] == len(truth.attempts)
        assert found["details"]["success_rate"] == pytest.approx(truth.rate)


def test_distinct_counts_are_exact(world: GroundTruth) -> None:
    concepts = {attempt[3] for truth in world.students.values() for attempt in truth.attempts if attempt[3]}
    user = busiest(world, 1)[0]
    assert told_of(world, user)["progress_tracking"]["total_concepts"] == len(concepts)
    assert overview(world)["class_statistics"]["total_students"] == len(world.students)


def test_an_overview_of_everybody_is_a_recount_s(world: GroundTruth) -> None:
    found = overview(world)
    everything = [attempt for truth in world.students.values() for attempt in truth.attempts]
    times = [one[6] for one in everything if one[6] is not None]
    agents = Counter(one[2] for one in everything)
    assert found["class_statistics"] == {
        "total_students": len(world.students),
        "total_interactions": len(everything),
        "avg_response_time": pytest.approx(np.mean(times) if times else 0),
        "class_success_rate": pytest.approx(np.mean([one[5] for one in everything])),
        "most_used_agent": min(agents, key=lambda agent: (-agents[agent], agent)),
    }
    rates = [truth.rate for truth in world.students.values()]
    assert found["performance_distribution"]["percentiles"] == {
        f"{p}th": pytest.approx(np.percentile(rates, p)) for p in (25, 50, 75, 90)
    }
    lows = {user: low(truth) for user, truth in world.students.items()}
    best = sorted(lows, key=lambda user: (-lows[user], -len(world.students[user].attempts), user))[:10]
    assert [lows[one["user_id"]] for one in found["top_performers"]] == pytest.approx([lows[user] for user in best])


def low(truth: StudentTruth) -> float:
    good = sum(attempt[5] for attempt in truth.attempts)
    return float(binomtest(good, len(truth.attempts)).proportion_ci(method="wilson").low)


def test_a_comparison_of_students_is_a_recount_s(world: GroundTruth) -> None:
    first, second = busiest(world)[:4], busiest(world)[4:8]
    body = ComparativeBody.model_validate({
        "comparison_type": "students", "primary_entities": first, "comparison_entities": second,
        "time_range": dict(zip(("start_date", "end_date"), world.range, strict=True)), "effect_size": True,
    })  # fmt: skip
    found = asyncio.run(comparative(body, Reader(world.table, StateTable()), world.end))  # type: ignore[arg-type]
    for row in found["comparisons"]:
        truth = world.students[row["entity_id"]]
        assert row["metrics"]["interaction_count"] == len(truth.attempts)
        assert row["metrics"]["success_rate"] == pytest.approx(truth.rate)
    sides = [[attempt[5] for user in side for attempt in world.students[user].attempts] for side in (first, second)]
    proportion = next(one for one in found["effect_sizes"] if one["measure"] == "difference_of_proportions")
    assert proportion["value"] == pytest.approx(np.mean(sides[0]) - np.mean(sides[1]))


# Of the simulated school alone the true chances are known, and which class every interaction counts for.


@pytest.fixture
def school(world: GroundTruth) -> GroundTruth:
    return world


only_simulated = pytest.mark.parametrize("world", [WORLDS[0]], indirect=True)


@only_simulated
def test_engagement_is_a_recount_s(school: GroundTruth) -> None:
    for user, truth in school.students.items():
        found = told_of(school, user)
        assert found["progress_tracking"]["engagement_score"] == pytest.approx(truth.engagement())
        assert found["details"]["outcome"]["score"] == pytest.approx(0.6 * truth.rate + 0.4 * truth.engagement())


@only_simulated
def test_a_class_is_what_names_it(school: GroundTruth) -> None:
    for name in school.rosters:
        work = {user: [one for one in truth.attempts if one[4] == name] for user, truth in school.students.items()}
        everything = [attempt for attempts in work.values() for attempt in attempts]
        found = overview(school, name)["class_statistics"]
        assert found["total_interactions"] == len(everything)
        assert found["total_students"] == sum(bool(attempts) for attempts in work.values())
        assert found["class_success_rate"] == pytest.approx(np.mean([one[5] for one in everything]))
        agents = Counter(one[2] for one in everything)
        assert found["most_used_agent"] == min(agents, key=lambda agent: (-agents[agent], agent))


@only_simulated
def test_success_rates_are_near_the_true_chances_as_often_as_chance_allows(school: GroundTruth) -> None:
    """Each student's rate is the mean of draws with known chances: its distance in deviations is about normal."""
    distances = []
    for user, truth in school.students.items():
        spread = math.sqrt(sum(p * (1 - p) for p in truth.chances)) / len(truth.chances)
        distances.append((told_of(school, user)["details"]["success_rate"] - np.mean(truth.chances)) / spread)
    assert max(map(abs, distances)) < 4
    assert abs(np.mean(distances)) < 3 / math.sqrt(len(distances))


@only_simulated
def test_true_masteries_lie_in_their_intervals_about_as_often_as_they_say(school: GroundTruth) -> None:
    """The true mastery of a concept is the mean chance of its attempts; 95 % intervals miss it now and then."""
    inside = total = 0
    for user, truth in school.students.items():
        chances: dict[str, list[float]] = defaultdict(list)
        for one, chance in zip(truth.attempts, truth.chances, strict=True):
            chances[str(one[3])].append(chance)
        for row in told_of(school, user)["concept_mastery"]:
            total += 1
            inside += row["confidence"][0] <= np.mean(chances[row["concept"]]) <= row["confidence"][1]
    assert total > 200
    assert inside / total >= 0.93
