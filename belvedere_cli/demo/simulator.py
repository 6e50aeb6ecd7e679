"""Believable learning events of a simulated school: a timeline of exercises."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate

from belvedere_cli.demo.simulated_exercise import LONGEST_MS, exercise
from belvedere_cli.demo.simulated_school import Student, roster
from belvedere_cli.demo.timeline import TimedEvent, Timeline

DELIVERIES_PER_EXERCISE = 2.28  # on average over many schools; turns a rate of events into one of exercises


@dataclass(frozen=True)
class Simulator:
    """A scenario: which school, how many events a second on average, and whether days have a rhythm."""

    seed: int = 7
    students: int = 60
    per_second: float = 3.0
    rhythm: bool = True

    @cached_property
    def scenario(self) -> str:
        """Names the timeline; two scenarios share no event id."""
        scenario = f"{self.seed}/{self.students}/{float(self.per_second)!r}/{self.rhythm}"
        return sha256(scenario.encode()).hexdigest()[:10]

    @cached_property
    def school(self) -> tuple[Student, ...]:
        """The students; they depend on the seed and their number only."""
        return roster(random.Random(f"school/{self.seed}/{self.students}"), self.students)

    @cached_property
    def _activities(self) -> list[float]:
        return list(accumulate(student.activity for student in self.school))

    def deliveries(self, start: int, end: int | None = None) -> Iterator[TimedEvent]:
        """All that is sent from `start` up to `end` (epoch ms; endless without), in the order of sending."""
        per_ms = self.per_second / 1000 / DELIVERIES_PER_EXERCISE
        return Timeline(self.scenario, self._exercise, per_ms, LONGEST_MS, self.rhythm).deliveries(start, end)

    def _exercise(self, rng: random.Random, name: str, start: int) -> Iterator[TimedEvent]:
        (student,) = rng.choices(self.school, cum_weights=self._activities)
        return (TimedEvent(int(event.time), event) for event in exercise(rng, name, student, start))
