"""Two classes whose students share some work, and a recount of what each class did, as the contract means it."""

import random
from collections import defaultdict
from typing import Any

from tests.worlds.served import interaction

Json = dict[str, Any]
WEEK = {"start_date": "2025-01-08", "end_date": "2025-01-15"}
ROSTERS = {"physics": ("ann", "bob", "cid", "dan"), "maths": ("cid", "dan", "eve")}
STUDENTS = ("ann", "bob", "cid", "dan", "eve", "fay")  # fay is in no class, and now and then works in one
NAMED = {"ann": (), "bob": ("physics",), "cid": ("physics", "maths"), "dan": ("physics", "maths"), "eve": ("maths",),
         "fay": ("physics",)}  # fmt: skip
ABILITY = dict(zip(STUDENTS, (0.95, 0.8, 0.7, 0.55, 0.35, 0.6), strict=True))
AGENTS = ("kinematics", "forces", "energy", None)


def _events() -> list[Json]:
    """Two weeks of attempts, about a third of which name a class; seeded."""
    rng = random.Random(20250108)
    made = []
    for number in range(420):
        user = rng.choice(STUDENTS)
        named = rng.choice((None, None, *NAMED[user]))
        day, hour, minute = rng.randint(1, 14), rng.randint(8, 17), rng.randint(0, 59)
        made.append(
            interaction(
                f"e{number}",
                f"2025-01-{day:02}T{hour:02}:{minute:02}:00Z",
                user,
                rng.choice(AGENTS),
                ok=rng.random() < ABILITY[user],
                ms=rng.choice((None, rng.randint(50, 5_000))),
                class_id=named,
            )
        )
    return made


EVENTS = _events()


def counts_for(event: Json, classes: tuple[str, ...]) -> bool:
    """Does an interaction count for any of these classes?"""
    named = event["properties"].get("class_id")
    if named is not None:
        return named in classes
    return any(event["user"] in ROSTERS[name] for name in classes)


def work(*classes: str, start: str = "2025-01-08", end: str = "2025-01-15") -> dict[str, list[Json]]:
    """The interactions of a range that count for these classes (all of them without any named), by student."""
    found: dict[str, list[Json]] = defaultdict(list)
    for event in EVENTS:
        if start <= event["time"] < end and (not classes or counts_for(event, classes)):
            found[event["user"]].append(event)
    return found


def rate(events: list[Json]) -> float:
    """The share that went well."""
    return sum(event["properties"]["success"] for event in events) / len(events)


def flat(by_student: dict[str, list[Json]]) -> list[Json]:
    """Everybody's interactions."""
    return [event for events in by_student.values() for event in events]
