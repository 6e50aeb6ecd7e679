"""Decides which parts of a scan sealed day pages can answer, and from which page type. Pure."""

from collections.abc import Iterator

from belvedere.clock import DAY_MS
from belvedere.query.planner.question import Question
from belvedere.rollups.pages import COUNTS, FROM, SKETCHES, UNTIL, page_forms
from belvedere.rollups.rows import COUNTERS, DISTINCT
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.time_buckets import WIDTH_MS, ceil, floor
from belvedere.time_ranges import TimeRange

MIN_PAGED_DAYS = 2


def select_pages(
    question: Question, family: RollupTable, grain: Grain, kind: str, time_range: TimeRange
) -> Iterator[tuple[TimeRange, str | None]]:
    """A part of the range with the form of page that can stand for its rows, if the question touches several days.

    Counters of days without dimensions are read from the rows that tell the days' revisions anyhow.
    """
    whole = TimeRange(floor(question.range.start, Grain.DAY), ceil(question.range.end, Grain.DAY))
    forms = dict(page_forms(family)).get(grain, ()) if family.entity is None else ()
    hours = family.hourly and not time_range.whole_days  # of these pages have nothing
    if hours or not forms or whole.end - whole.start < MIN_PAGED_DAYS * DAY_MS:
        yield time_range, None
    elif kind == COUNTERS:
        yield time_range, None if grain is Grain.DAY and not family.dimensions else COUNTS
    elif kind.startswith(DISTINCT) and rows_are_groups(question, family, grain):
        yield time_range, COUNTS
    elif grain is Grain.HOUR and FROM in forms and _days_are_whole(question):
        yield from _edges(time_range)
    else:
        yield time_range, SKETCHES


def _days_are_whole(question: Question) -> bool:
    """Are all hours of a day in one bucket of the answer?"""
    wide = question.granularity
    return not question.splits_hours and (wide is None or (wide.grain is Grain.DAY and question.zone is None))


def _edges(time_range: TimeRange) -> Iterator[tuple[TimeRange, str]]:
    """Hours to the end of a day, from the start of a day, or somewhere inside of it; whole days between, if any."""
    start, end = ceil(time_range.start, Grain.DAY), floor(time_range.end, Grain.DAY)
    if start > end:
        yield time_range, SKETCHES
        return
    pieces = (
        (TimeRange(time_range.start, start), FROM),
        (TimeRange(start, end), SKETCHES),
        (TimeRange(end, time_range.end), UNTIL),
    )
    yield from ((piece, form) for piece, form in pieces if piece.start < piece.end)


def rows_are_groups(question: Question, family: RollupTable, grain: Grain) -> bool:
    """Does every row have a group of the answer to itself? Then counts of members do, and nobody has to be united."""
    wide = question.granularity
    if question.splits_hours:
        return False
    return wide is not None and wide.width_ms == WIDTH_MS[grain] and {*question.group_by} == {*family.dimensions}
