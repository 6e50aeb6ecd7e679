"""Students as the rollups know them: what one did day by day, and what all of them did."""

import asyncio
from typing import Any

import pytest

from belvedere.boards.learning import students
from belvedere.boards.learning.students import StudentDay, student_days, student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.reader.read import Reader
from belvedere.rollups import topk
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

DAY = NOON - 12 * HOUR_MS
TWO_DAYS = TimeRange(DAY, DAY + 2 * DAY_MS)


def school() -> MemoryRollups:
    return folded(
        interaction("e1", concept="velocity", execution_time_ms=100.0),
        interaction("e2", at=NOON + 1, concept="velocity", success=False, execution_time_ms=300),
        interaction("e3", at=NOON + HOUR_MS, agent_type=None),
        interaction("e4", at=NOON + DAY_MS, concept="a|b#c%", agent_type="forces"),
        interaction("e5", at=NOON + 2 * DAY_MS),
        interaction("e6", user="bob", success=False),
        interaction("e7", user=None),
    )


def reader(table: MemoryRollups) -> Reader:
    return Reader(table, StateTable())  # type: ignore[arg-type]


def days(user: str, part: TimeRange = TWO_DAYS) -> list[StudentDay]:
    return asyncio.run(student_days(reader(school()), user, part))


def totals(table: MemoryRollups, users: list[str] | None = None, part: TimeRange = TWO_DAYS) -> dict[str, Tally]:
    return asyncio.run(student_totals(reader(table), part, users))


def test_a_student_s_day_is_told_by_concept_by_hour_and_by_agent() -> None:
    first, second = days("ann")
    timed = Tally(2, 1, 400_000, 2)
    assert first == StudentDay(
        DAY,
        concepts={"velocity": Tally(2, 1)},
        hours={12: timed, 13: Tally(1, 1)},
        agents={"kinematics": timed},
    )
    assert first.total == Tally(3, 2, 400_000, 2)
    assert (second.day, second.concepts) == (DAY + DAY_MS, {"a|b#c%": Tally(1, 1)})


def test_days_outside_the_range_and_students_who_did_nothing_are_not_there() -> None:
    assert [day.day for day in days("ann", TimeRange(NOON, NOON + 1))] == [DAY]
    assert days("nobody") == []


@pytest.mark.parametrize("users", [None, ["ann", "bob", "ann", "nobody"]])
def test_totals_are_those_of_whole_hours(users: list[str] | None) -> None:
    assert totals(school(), users, TimeRange(DAY, NOON + DAY_MS + 1)) == {
        "ann": Tally(4, 3, 400_000, 2),
        "bob": Tally(1, 0),
    }


def test_named_students_alone_are_read() -> None:
    table = school()
    assert totals(table, ["bob"]).keys() == {"bob"}
    assert set(table.read) == {"demo#learning.interactions_by_user#day#counters#bob"}
    assert totals(table, []) == {}


def test_with_more_students_a_day_than_a_ranking_keeps_totals_are_exact_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = folded(*(interaction(f"{n}-{i}", user=f"s{n}", at=NOON + d * DAY_MS) for n in range(5)
                     for i in range(n + 1) for d in (0, 1)))  # fmt: skip
    everybody = {f"s{n}": Tally(2 * n + 2, 2 * n + 2) for n in range(5)}
    assert totals(table) == everybody
    monkeypatch.setattr(students, "answer", cut(students.answer))
    assert totals(table) == everybody


def cut(answer: Any) -> Any:
    """Answers that leave somebody out, as those of busier schools do."""

    async def leaving_out(question: Any, reader: Any) -> Any:
        found = await answer(question, reader)
        return type(found)(question, found.points[: topk.TOP_K - 998], found.total, found.explain | {"left_out": 3})

    return leaving_out


def test_tallies_add_and_their_rates_are_of_the_sums() -> None:
    both = Tally(3, 1, 600_000, 2) + Tally(1, 1, 900_000, 1)
    assert (both.success_rate, both.avg_ms) == (0.5, 500.0)
    assert both - Tally(1, 1, 900_000, 1) == Tally(3, 1, 600_000, 2)
    assert (Tally().success_rate, Tally().avg_ms) == (None, None)
