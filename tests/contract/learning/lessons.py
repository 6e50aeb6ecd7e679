"""Three weeks of a small class whose students differ, made without chance: enough to learn from, and known by heart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.worlds.served import hint, interaction

Json = dict[str, Any]
START = datetime(2025, 3, 3, 9, tzinfo=UTC)  # a Monday
DAYS = 21
AT = "2025-03-23T12:00:00Z"  # the last of them
STUDENTS = {"ada": 9, "ben": 8, "cleo": 7, "dan": 5, "eva": 3, "finn": 1}  # of ten answers, how many go well
CONCEPTS = ("velocity", "friction")
RANGE = {"start_date": "2025-03-03", "end_date": "2025-03-24"}


def lessons(days: int = DAYS) -> list[Json]:
    """Every student gives five answers a day, alternating concepts; finn asks for a hint after each."""
    return [one for day in range(days) for student in STUDENTS for one in _day(student, day)]


def _day(student: str, day: int) -> list[Json]:
    events = []
    for n in range(5):
        at = (START + timedelta(days=day, minutes=5 * n)).isoformat()
        turn = day * 5 + n
        ok = turn * 7 % 10 < STUDENTS[student]  # every ten turns take each remainder once
        about = {"concept": CONCEPTS[turn % 2], "agent_type": "forces"}
        events.append(interaction(f"{student}-{turn}", at, student, "forces", ok=ok, ms=100.0 + 10 * n,
                                  concept=about["concept"]))  # fmt: skip
        if student == "finn":
            events.append(hint(f"hint-{turn}", at, student, **about))
    return events
