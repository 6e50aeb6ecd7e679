"""The numbers that insights are told from: of a window, and of the one before."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from belvedere.boards.learning.analytics.warnings import hints_by_student
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class Window:
    """Students' totals now and before, contents' tallies, and hints by student."""

    lately: Mapping[str, Tally]
    before: Mapping[str, Tally]
    concepts: Mapping[str, Tally]
    agents: Mapping[str, Tally]
    hints: Mapping[str, int]


async def read(reader: Reader, time_range: TimeRange) -> Window:
    """A window's numbers, and the students' of the one before."""
    before = TimeRange(time_range.start - (time_range.end - time_range.start), time_range.start)
    lately, earlier, concepts, agents, hints = await asyncio.gather(
        student_totals(reader, time_range), student_totals(reader, before), _by(reader, time_range, "concept"),
        _by(reader, time_range, "agent_type"), hints_by_student(reader, time_range),
    )  # fmt: skip
    return Window(lately, earlier, concepts, agents, hints)


async def _by(reader: Reader, time_range: TimeRange, dimension: str) -> dict[str, Tally]:
    metrics = ("interaction_count", "successful_interactions")
    result = await answer(Question(board="learning", metrics=metrics, range=time_range, group_by=(dimension,)), reader)
    counted = {p.dims[dimension]: Tally(*(int(p.metrics[name] or 0) for name in metrics)) for p in result.points}
    return {name: tally for name, tally in counted.items() if name and tally.attempts}
