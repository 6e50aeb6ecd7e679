"""The data set: 30 days of one workspace, 5,000 users and 8 agents by Zipf's law, lognormal durations, busy afternoons.

Every day has its own random numbers, made of the size, the seed and the day alone: any day can be made by itself,
in any process, and is the same each time.
"""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.event import Event

START = 1_790_812_800_000  # 2026-10-01T00:00:00Z
DAYS = 30
END = START + DAYS * DAY_MS
NOW = END - 7 * HOUR_MS  # when the questions are asked: in the afternoon of the last day
LATE = END + 3 * DAY_MS  # received so late that no minute rows live any more, as after an import
SEED = 20261001
USERS, AGENTS, CONCEPTS = 5_000, 8, 30
TYPE = "learning.interaction"
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 9, 8, 9, 11, 12, 12, 10, 9, 8, 7, 5, 3, 2)


class Row(NamedTuple):
    """One interaction, as a narrow table holds it."""

    time: int
    user: str
    agent: str
    concept: str
    success: int
    duration: float


@cache
def _weights(size: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / rank for rank in range(1, size + 1)))


def size_of_day(size: int, day: int) -> int:
    """How many of `size` events fall on a day; the first days take what does not divide."""
    return size // DAYS + (day < size % DAYS)


def rows_of_day(size: int, day: int, seed: int = SEED) -> list[Row]:
    """The rows of one day of the data set of this size, in order of time."""
    rng, count = random.Random(f"{seed}/{size}/{day}"), size_of_day(size, day)
    hours = rng.choices(range(24), weights=BY_HOUR, k=count)
    times = sorted(START + day * DAY_MS + hour * HOUR_MS + rng.randrange(HOUR_MS) for hour in hours)
    return list(rows_at(rng, times))


def rows_at(rng: random.Random, times: list[int]) -> Iterator[Row]:
    """Rows at given moments; who, with whom and how long is drawn."""
    users = rng.choices(range(USERS), cum_weights=_weights(USERS), k=len(times))
    agents = rng.choices(range(AGENTS), cum_weights=_weights(AGENTS), k=len(times))
    for time, user, agent in zip(times, users, agents, strict=True):
        duration = round(rng.lognormvariate(7.0, 0.9), 3)
        concept = f"concept_{rng.randrange(CONCEPTS):02d}"
        yield Row(time, f"user-{user:04d}", f"agent_{agent}", concept, int(rng.random() < 0.7), duration)


def rows(size: int, seed: int = SEED) -> Iterator[Row]:
    """All rows of the data set of this size, in order of time."""
    for day in range(DAYS):
        yield from rows_of_day(size, day, seed)


def event(row: Row, name: str, workspace: str, received: int | None = None) -> Event:
    """The event that a row was; received at once unless told otherwise."""
    properties = {"success": bool(row.success), "agent_type": row.agent, "concept": row.concept,
                  "execution_time_ms": row.duration}  # fmt: skip
    return Event(id=name, type=TYPE, time=row.time, workspace=workspace, user=row.user, properties=properties,
                 received=row.time if received is None else received)  # fmt: skip
