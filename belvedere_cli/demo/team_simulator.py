"""Believable events of a simulated team: a timeline of tasks, and one of pull requests, which live for days."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate

from belvedere_cli.demo import simulated_pull_request, simulated_task
from belvedere_cli.demo.simulated_team import Developer, team
from belvedere_cli.demo.timeline import MINUTE_MS, MINUTES_OF_HOUR, TimedEvent, Timeline

TASKS_A_PULL_REQUEST = 8
MOST_PER_DEVELOPER_HOUR = 4.0  # pull requests: those of two weeks have to be known before the first event is sent
DELIVERIES_PER_TASK = 3.33  # on average over many teams, with repeats
DELIVERIES_PER_PULL_REQUEST = 3.8
DELIVERIES = DELIVERIES_PER_TASK + DELIVERIES_PER_PULL_REQUEST / TASKS_A_PULL_REQUEST


@dataclass(frozen=True)
class TeamSimulator:
    """A scenario: which team, how many events a second on average, and whether days have a rhythm."""

    seed: int = 7
    developers: int = 12
    per_second: float = 3.0
    rhythm: bool = True

    @cached_property
    def scenario(self) -> str:
        """Names the timeline; two scenarios share no event id."""
        scenario = f"team/{self.seed}/{self.developers}/{float(self.per_second)!r}/{self.rhythm}"
        return sha256(scenario.encode()).hexdigest()[:10]

    @cached_property
    def team(self) -> tuple[Developer, ...]:
        """The developers; they depend on the seed and their number only."""
        return team(random.Random(f"team/{self.seed}/{self.developers}"), self.developers)

    @property
    def _most_opened(self) -> float:
        """Pull requests a millisecond, at most."""
        return MOST_PER_DEVELOPER_HOUR * self.developers / (MINUTES_OF_HOUR * MINUTE_MS)

    @cached_property
    def _activities(self) -> list[float]:
        return list(accumulate(developer.activity for developer in self.team))

    def deliveries(self, start: int, end: int | None = None) -> Iterator[TimedEvent]:
        """All that is sent from `start` up to `end` (epoch ms; endless without), in the order of sending."""
        opened = min(self.per_second / 1000 / DELIVERIES / TASKS_A_PULL_REQUEST, self._most_opened)
        begun = (self.per_second / 1000 - opened * DELIVERIES_PER_PULL_REQUEST) / DELIVERIES_PER_TASK
        tasks = Timeline(self.scenario, self._task, begun, simulated_task.LONGEST_MS, self.rhythm)
        pull_requests = Timeline(f"{self.scenario}-pr", self._pull_request, opened, simulated_pull_request.LONGEST_MS,
                                 self.rhythm, step_minutes=MINUTES_OF_HOUR)  # fmt: skip
        both = (timeline.deliveries(start, end) for timeline in (tasks, pull_requests))
        return heapq.merge(*both, key=lambda delivery: delivery.sent_at)

    def _task(self, rng: random.Random, name: str, start: int) -> Iterator[TimedEvent]:
        return simulated_task.task(rng, name, self._somebody(rng), start)

    def _pull_request(self, rng: random.Random, _: str, start: int) -> Iterator[TimedEvent]:
        return simulated_pull_request.pull_request(rng, self._somebody(rng), self.team, start)

    def _somebody(self, rng: random.Random) -> Developer:
        (developer,) = rng.choices(self.team, cum_weights=self._activities)
        return developer
