"""Cuts a range into whole days where it can, and hours and minutes at the edges. Pure."""

from collections.abc import Iterator, Sequence

from belvedere.query.planner.question import Question
from belvedere.rollups.rows import HISTOGRAM
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.time_buckets import WIDTH_MS, ceil, floor
from belvedere.time_ranges import TimeRange


def split_range(question: Question, family: RollupTable, kind: str) -> Iterator[tuple[TimeRange, Grain]]:
    """Disjoint parts of the range with the widest grain that fits each, none wider than the asked granularity."""
    if family.entity:
        whole = TimeRange(floor(question.range.start, Grain.DAY), ceil(question.range.end, Grain.DAY))
        return iter([(whole, Grain.DAY)])
    if family.hourly:
        return ((piece, Grain.DAY) for piece in edged(question.range))
    usable = [grain for grain in family.grains if not (grain is Grain.MINUTE and kind.startswith(HISTOGRAM))]
    if question.granularity:
        widest = Grain.HOUR if question.zone and question.granularity.grain is Grain.DAY else question.granularity.grain
        usable = [grain for grain in usable if WIDTH_MS[grain] <= WIDTH_MS[widest]]
    if question.splits_hours and Grain.MINUTE in usable:  # minutes need no taking apart, but they do not live for long
        usable = [grain for grain in usable if (grain is Grain.MINUTE) == question.minutes]
    return split_by_grain(question.range, sorted(usable, key=WIDTH_MS.__getitem__, reverse=True))


def edged(time_range: TimeRange) -> Iterator[TimeRange]:
    """A range cut where its whole days begin and end."""
    return (piece for piece, _ in split_by_grain(time_range, (Grain.DAY, Grain.HOUR)))


def split_by_grain(time_range: TimeRange, widest_first: Sequence[Grain]) -> Iterator[tuple[TimeRange, Grain]]:
    """Cut a range into whole buckets of the widest grain in its middle, and finer ones at both ends."""
    if time_range.start >= time_range.end or not widest_first:
        return
    grain, finer = widest_first[0], widest_first[1:]
    if not finer:
        yield time_range, grain
        return
    start, end = ceil(time_range.start, grain), floor(time_range.end, grain)
    if start >= end:
        yield from split_by_grain(time_range, finer)
        return
    yield from split_by_grain(TimeRange(time_range.start, start), finer)
    yield TimeRange(start, end), grain
    yield from split_by_grain(TimeRange(end, time_range.end), finer)
