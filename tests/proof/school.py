"""Made-up events of the learning board, seeded: with names that need escaping, missing fields, and odd values."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from tests.proof.sent import Sent
from tests.worlds.fold import NOW

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
AGENTS = ("kinematics", "forces", "energy", "a|b#c%d", "naïve ü", None)
CONCEPTS = ("velocity", "torque", "work|energy", "100% friction", "#1", None)
CLASSES = ("physics-1", "physics#2|b", None)
ERRORS = ("sign", "units|#1", None, None)
DURATIONS = (0, 0.4, 12, 250.125, 1_800, 9_999.999, 60_000, None)


def events(rng: random.Random, number: int, *, name: str = "e", users: int = 12,
           span: int = 3 * HOUR, until: int = NOW) -> list[Sent]:  # fmt: skip
    """Events at random moments of the last `span` milliseconds before `until`, in the order of their ids."""
    return [_event(rng, f"{name}-{position}", users, until - rng.randrange(span)) for position in range(number)]


def of_one_day(rng: random.Random, number: int, *, name: str = "e", users: int = 8) -> list[Sent]:
    """Interactions of one morning, all in one partition of Events: 18 of them take more than one transaction."""
    many = events(rng, 2 * number + 10, name=name, users=users, span=11 * HOUR)
    return [event for event in many if event.type == "learning.interaction"][:number]


def _event(rng: random.Random, event_id: str, users: int, time: int) -> Sent:
    user = None if rng.random() < 0.05 else f"user-{rng.randrange(users)}"
    named = {"agent_type": rng.choice(AGENTS), "concept": rng.choice(CONCEPTS)}
    named["class_id"] = CLASSES[ord(event_id[-1]) % len(CLASSES)]
    properties: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if rng.random() < 0.2:
        return Sent(event_id, "learning.hint", time, user, properties)
    properties |= {"success": rng.random() < 0.6, "problem": event_id}
    error = ERRORS[ord(event_id[-1]) % len(ERRORS)]
    properties |= {"error_type": error} if error else {}
    duration = rng.choice((*DURATIONS, round(rng.lognormvariate(8, 1), 3)))
    return Sent(event_id, "learning.interaction", time, user, properties | {"execution_time_ms": duration})


def contradicting(rng: random.Random, event: Sent) -> Sent:
    """Another event that claims to be this one: same key, other content."""
    other = _event(rng, event.id, 12, event.time)
    return replace(event, user=other.user, properties=event.properties | {"success": True, "other": rng.random()})


def with_copies(
    rng: random.Random, sent: Sequence[Sent], *, same: float, other: float,
    contradicting: Callable[[random.Random, Sent], Sent] = contradicting,
) -> Iterator[Sent]:  # fmt: skip
    """The events, some followed later by a second copy, some by a contradiction."""
    seen: list[Sent] = []
    for event in sent:
        yield event
        seen.append(event)
        if rng.random() < same:
            yield rng.choice(seen)
        if rng.random() < other:
            yield contradicting(rng, rng.choice(seen))
