"""How many events of a type there are, and when, as the rollups count them."""

from dataclasses import replace

from belvedere.clock import DAY_MS
from belvedere.errors import Invalid
from belvedere.export.sources.parts import Count
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import WIDTH_MS, floor
from belvedere.time_ranges import TimeRange

COUNT = ("count",)


async def event_counts(event_type: str, time_range: TimeRange, reader: Reader, *, larger_than: int) -> list[Count]:
    """The counted days of a range, those with more events than `larger_than` by the hour where hours are kept.

    Nothing where no metric counts events of this type: the range is then one part.
    """
    question = count_question(event_type, time_range)
    if question is None:
        return []
    by_day = await _counts(question, reader)
    hours = WIDTH_MS[resolution(question)] <= WIDTH_MS[Grain.HOUR]
    counts: list[Count] = []
    for day in by_day:
        if day.rows > larger_than and hours:
            counts += await _counts(_by_hour(question, day), reader)
        else:
            counts.append(day)
    return counts


def count_question(event_type: str, time_range: TimeRange) -> Question | None:
    """The question for the number of events of a type by UTC day; None where no metric is that number."""
    days = TimeRange(floor(time_range.start, Grain.DAY), floor(time_range.end - 1, Grain.DAY) + DAY_MS)
    for board in catalog().boards.values():
        for metric in board.metrics:
            if metric.event_type == event_type and metric.counters == COUNT:
                return Question(board=board.name, metrics=(metric.name,), range=days, granularity=GRANULARITIES["1d"])
    return None


def _by_hour(question: Question, day: Count) -> Question:
    return replace(question, range=TimeRange(day.start, day.end), granularity=GRANULARITIES["1h"])


async def _counts(question: Question, reader: Reader) -> list[Count]:
    try:
        points = (await answer(question, reader)).points
    except Invalid:  # no rollup table answers it
        return []
    assert question.granularity is not None
    ends = [*question.buckets()[1:], question.range.end]
    numbers = (int(point.metrics[question.metrics[0]] or 0) for point in points)
    return [Count(point.start, end, rows) for point, end, rows in zip(points, ends, numbers, strict=True) if rows]
