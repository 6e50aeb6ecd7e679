"""A school whose truth is known: rows in memory, and each student counted plainly, beside the code that serves them.

`simulated` is a seeded school with known chances of success; `tutoring_log` is counted from the rows of a real log.
"""

import ast
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.stats import norm

from belvedere.clock import DAY_MS, iso, to_ms
from belvedere.ingest.event import Event
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
class StudentTruth:
    """One student, counted plainly: attempts as (day, hour, agent, concept, class, success, milliseconds)."""

    attempts: list[tuple[date, int, str, str | None, str | None, bool, float | None]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return float(np.mean([attempt[5] for attempt in self.attempts]))

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
class GroundTruth:
    """Rows, and the truth about each student; `end` is the first moment after it all."""

    table: MemoryRollups
    students: dict[str, StudentTruth]
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
def simulated() -> GroundTruth:
    """Five days of a school of 24; the chance of each attempt is known from the exercise it belongs to."""
    simulator = Simulator(seed=5, students=24, per_second=0.012)
    events = [delivery.event for delivery in simulator.deliveries(START, START + DAYS * DAY_MS) if not delivery.repeat]
    people, agents = {one.id: one for one in simulator.school}, {one.name: one for one in AGENTS}
    truths: dict[str, StudentTruth] = defaultdict(StudentTruth)
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
    return GroundTruth(folded(*map(stored, events)), truths, START, START + DAYS * DAY_MS, rosters)


@cache
def tutoring_log() -> GroundTruth:
    """The first half year of the log: rows of the file on one side, the importer's events on the other."""
    with Path(REAL).open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["time"] < "2021-07-01"]
    truths: dict[str, StudentTruth] = defaultdict(StudentTruth)
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
    return GroundTruth(table, truths, at("2021-01-01 00:00:00"), at("2021-07-01 00:00:00"))


def letters_of(text: str) -> Iterable[str]:
    for letter in text:
        if not letter.isalpha():
            return
        yield letter


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def noted(truth: StudentTruth, time: int, told: Json, class_id: str | None) -> None:
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
