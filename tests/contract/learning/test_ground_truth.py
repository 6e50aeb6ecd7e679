"""Known ground truth: what the statistics say of a simulated school, and of a real tutoring log, counted otherwise.

The school is seeded and its chances of success are known; the log is counted from its own rows. Both are folded into
rows in memory by the fold's arithmetic, and read by the code that serves the endpoints.
"""

import ast
import asyncio
import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from belvedere.boards.learning import school as directory_of_classes
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.boards.learning.responses import student_insights
from belvedere.boards.learning.responses.class_overview import OverviewRequest, class_overview
from belvedere.boards.learning.responses.comparative import comparative
from belvedere.boards.learning.responses.student_insights import InsightsRequest, insights
from belvedere.clock import DAY_MS, iso, to_ms
from belvedere.directory.classes import SchoolClass
from belvedere.ingest.event import Event
from belvedere.query.reader.read import Reader
from belvedere.settings import Settings
from belvedere_cli.demo.simulated_school import AGENTS, chance_of_success
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.imports.mappings.oatutor import to_event
from belvedere_cli.sending.event_wire import WireEvent
from tests.e2e.oatutor import REAL
from tests.unit.query.memory import MemoryRollups, StateTable, folded

Json = dict[str, Any]
START = 20_000 * DAY_MS
DAYS = 5
Z = norm.ppf(0.975)


@dataclass
class Truth:
    """One student, counted plainly: attempts as (day, hour, agent, concept, class, success, milliseconds)."""

    attempts: list[tuple[date, int, str, str | None, str | None, bool, float | None]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return float(np.mean([one[5] for one in self.attempts]))

    def masteries(self, today: date) -> dict[str, tuple[float, float, float]]:
        """Wilson's interval of weighted attempts, by the roots of its equation."""
        weighted: dict[str, list[tuple[float, bool]]] = defaultdict(list)
        for day, _, _, concept, _, good, _ in self.attempts:
            if concept:
                weighted[concept].append((0.95 ** (today - day).days, good))
        return {concept: interval(pairs) for concept, pairs in weighted.items()}

    def engagement(self) -> float:
        days: dict[date, list[tuple[int, bool]]] = defaultdict(list)
        for day, hour, _, _, _, good, _ in self.attempts:
            days[day].append((hour, good))
        sessions = [pairs for pairs in days.values() if len(pairs) > 1]
        if not sessions:
            return min(len(days) / 7, 1) / 4
        parts = (
            min(np.mean([length(Counter(hour for hour, _ in pairs)) for pairs in sessions]) / 0.5, 1),
            min(np.mean([len(pairs) for pairs in sessions]) / 10, 1),
            np.mean([np.mean([good for _, good in pairs]) for pairs in sessions]),
            min(len(days) / 7, 1),
        )
        return float(np.mean(parts))


def interval(pairs: list[tuple[float, bool]]) -> tuple[float, float, float]:
    n, s = sum(w for w, _ in pairs), sum(w for w, good in pairs if good)
    low, high = sorted(np.roots([1 + Z**2 / n, -(2 * s / n + Z**2 / n), (s / n) ** 2]).real)
    return (low + high) / 2, low, high


def length(hours: Counter[int]) -> float:
    first, last = min(hours), max(hours)
    return last + hours[last] / (hours[last] + 1) - first - 1 / (hours[first] + 1)


@dataclass
class World:
    """Rows, and the truth about each student; `end` is the first moment after it all."""

    table: MemoryRollups
    students: dict[str, Truth]
    start: int
    end: int
    rosters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def range(self) -> tuple[str, str]:
        return iso(self.start), iso(self.end)

    @property
    def tables(self) -> Any:
        return SimpleNamespace(rollups=self.table, state=StateTable())


@cache
def simulated() -> World:
    """Five days of a school of 24; the chance of each attempt is known from the exercise it belongs to."""
    simulator = Simulator(seed=5, students=24, per_second=0.012)
    events = [one.event for one in simulator.deliveries(START, START + DAYS * DAY_MS) if not one.repeat]
    people, agents = {one.id: one for one in simulator.school}, {one.name: one for one in AGENTS}
    truths: dict[str, Truth] = defaultdict(Truth)
    hints: Counter[str] = Counter()
    for event in events:
        exercise = event.id.rpartition("-")[0]
        if event.type == "learning.hint":
            hints[exercise] += 1
            continue
        told, user = event.properties, str(event.user)
        noted(truths[user], int(event.time), told, told["class_id"])
        chance = chance_of_success(people[user], agents[told["agent_type"]], hints[exercise])
        truths[user].chances.append(chance)
    rosters: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for person in simulator.school:
        rosters[person.class_id] += (person.id,)
    return World(folded(*map(stored, events)), truths, START, START + DAYS * DAY_MS, rosters)


@cache
def tutoring_log() -> World:
    """The first half year of the log: rows of the file on one side, the importer's events on the other."""
    with Path(REAL).open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["time"] < "2021-07-01"]
    truths: dict[str, Truth] = defaultdict(Truth)
    for row in rows:
        if row["eventType"] == "answerStep":
            skills = ast.literal_eval(row["skills"] or "[]")
            agent = "".join(letters_of(row["problemID"])).lower()
            about = {
                "agent_type": agent,
                "concept": skills[0] if skills else None,
                "success": row["isCorrect"] == "True",
            }
            noted(truths[row["oatsUserId"]], at(row["time"]), about, None)
    table = folded(*(stored(event) for event in map(to_event, rows) if event))
    return World(table, truths, at("2021-01-01 00:00:00"), at("2021-07-01 00:00:00"))


def letters_of(text: str) -> Iterable[str]:
    for letter in text:
        if not letter.isalpha():
            return
        yield letter


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def noted(truth: Truth, time: int, told: Json, class_id: str | None) -> None:
    moment = datetime.fromtimestamp(time / 1000, UTC)
    truth.attempts.append((
        moment.date(), moment.hour, told["agent_type"], told["concept"], class_id, told["success"],
        told.get("execution_time_ms"),
    ))  # fmt: skip


def stored(event: WireEvent) -> Event:
    """An event as it is stored."""
    time = event.time if isinstance(event.time, int) else to_ms(datetime.fromisoformat(event.time))
    return Event(id=event.id, type=event.type, time=time, workspace="demo", user=event.user,
                 properties=event.properties, received=time)  # fmt: skip


WORLDS: list[Any] = [
    pytest.param(simulated, id="simulated school"),
    pytest.param(
        tutoring_log, id="tutoring log", marks=pytest.mark.skipif(not REAL.exists(), reason="the log is not here")
    ),
]


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose Directory knows the world's classes, and no concepts."""
    make: Callable[[], World] = request.param
    found = make()
    classes = tuple(SchoolClass(name, name, (), students) for name, students in found.rosters.items())
    known = {one.class_id: one for one in classes}
    monkeypatch.setattr(directory_of_classes, "list_classes", lambda _: classes)
    monkeypatch.setattr(directory_of_classes, "get_class", lambda _, name: known.get(name))
    monkeypatch.setattr(student_insights, "list_concepts", lambda _: ())
    names = dict.fromkeys(("events_table", "rollups_table", "cache_table", "state_table", "directory_table"), "none")
    monkeypatch.setattr(student_insights, "settings", lambda: Settings(**names))
    return found


def told_of(world: World, user: str) -> Json:
    request = InsightsRequest(user, None, *world.range)
    return asyncio.run(insights(request, world.tables, world.end))


def overview(world: World, *classes: str) -> Json:
    request = OverviewRequest(classes or None, None, *world.range, include_comparisons=False)
    return asyncio.run(class_overview(request, world.tables, world.end))


def busiest(world: World, most: int = 12) -> list[str]:
    return sorted(world.students, key=lambda user: (-len(world.students[user].attempts), user))[:most]


def test_masteries_and_what_is_made_of_them_are_a_recount_s(world: World) -> None:
    today = datetime.fromtimestamp((world.end - 1) / 1000, UTC).date()
    for user in busiest(world):
        truth, found = world.students[user], told_of(world, user)
        expected = truth.masteries(today)
        rows = {row["concept"]: (row["mastery_score"], *row["confidence"]) for row in found["concept_mastery"]}
        assert rows == {concept: pytest.approx(one, abs=1e-7) for concept, one in expected.items()}
        progress, done = found["progress_tracking"], sum(score >= 0.7 for score, _, _ in expected.values())
        days = len({one[0] for one in truth.attempts})
        assert progress["overall_score"] == pytest.approx(np.mean([one[0] for one in expected.values()]))
        assert progress["concepts_mastered"] == done
        assert progress["concepts_per_week"] == pytest.approx(done / max(days / 7, 1))
        assert found["details"]["interactions"] == len(truth.attempts)
        assert found["details"]["success_rate"] == pytest.approx(truth.rate)


def test_distinct_counts_are_exact(world: World) -> None:
    concepts = {one[3] for truth in world.students.values() for one in truth.attempts if one[3]}
    user = busiest(world, 1)[0]
    assert told_of(world, user)["progress_tracking"]["total_concepts"] == len(concepts)
    assert overview(world)["class_statistics"]["total_students"] == len(world.students)


def test_an_overview_of_everybody_is_a_recount_s(world: World) -> None:
    found = overview(world)
    everything = [one for truth in world.students.values() for one in truth.attempts]
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


def low(truth: Truth) -> float:
    good = sum(one[5] for one in truth.attempts)
    return float(binomtest(good, len(truth.attempts)).proportion_ci(method="wilson").low)


def test_a_comparison_of_students_is_a_recount_s(world: World) -> None:
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
    sides = [[one[5] for user in side for one in world.students[user].attempts] for side in (first, second)]
    proportion = next(one for one in found["effect_sizes"] if one["measure"] == "difference_of_proportions")
    assert proportion["value"] == pytest.approx(np.mean(sides[0]) - np.mean(sides[1]))


# Of the simulated school alone the true chances are known, and which class every interaction counts for.


@pytest.fixture
def school(world: World) -> World:
    return world


only_simulated = pytest.mark.parametrize("world", [WORLDS[0]], indirect=True)


@only_simulated
def test_engagement_is_a_recount_s(school: World) -> None:
    for user, truth in school.students.items():
        found = told_of(school, user)
        assert found["progress_tracking"]["engagement_score"] == pytest.approx(truth.engagement())
        assert found["details"]["outcome"]["score"] == pytest.approx(0.6 * truth.rate + 0.4 * truth.engagement())


@only_simulated
def test_a_class_is_what_names_it(school: World) -> None:
    for name in school.rosters:
        work = {user: [one for one in truth.attempts if one[4] == name] for user, truth in school.students.items()}
        everything = [one for attempts in work.values() for one in attempts]
        found = overview(school, name)["class_statistics"]
        assert found["total_interactions"] == len(everything)
        assert found["total_students"] == sum(bool(attempts) for attempts in work.values())
        assert found["class_success_rate"] == pytest.approx(np.mean([one[5] for one in everything]))
        agents = Counter(one[2] for one in everything)
        assert found["most_used_agent"] == min(agents, key=lambda agent: (-agents[agent], agent))


@only_simulated
def test_success_rates_are_near_the_true_chances_as_often_as_chance_allows(school: World) -> None:
    """Each student's rate is the mean of draws with known chances: its distance in deviations is about normal."""
    distances = []
    for user, truth in school.students.items():
        spread = math.sqrt(sum(p * (1 - p) for p in truth.chances)) / len(truth.chances)
        distances.append((told_of(school, user)["details"]["success_rate"] - np.mean(truth.chances)) / spread)
    assert max(map(abs, distances)) < 4
    assert abs(np.mean(distances)) < 3 / math.sqrt(len(distances))


@only_simulated
def test_true_masteries_lie_in_their_intervals_about_as_often_as_they_say(school: World) -> None:
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
