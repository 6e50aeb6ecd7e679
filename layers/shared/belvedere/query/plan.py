"""Plans which rollup rows answer a question: whole days where it can, hours and minutes at the edges.

Pure: the number of scans depends on the question, never on how many events there were. Scans of several whole days
may be answered from day pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from belvedere.boards.base import Cells, Family, Grain
from belvedere.clock import DAY_MS
from belvedere.query.choose import choose, kinds, ranks
from belvedere.query.question import Question
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import WIDTH_MS, bucket_of, ceil, floor
from belvedere.rollups.pages import COUNTS, FROM, SKETCHES, UNTIL, page_base, page_forms, page_key
from belvedere.rollups.revisions import day_family, day_partition
from belvedere.rollups.rows import COUNTERS, DISTINCT, HISTOGRAM
from belvedere.rollups.tops import BUSINESS, HEAD, TOP_FORM, light
from belvedere.rollups.totals import entity_partition
from belvedere.storage.keys import AFTER, workspace_of
from belvedere.storage.keys.rollups import rollup_partition

MIN_PAGED_DAYS = 2


@dataclass(frozen=True)
class Scan:
    """One range of one partition of Rollups, read by one query."""

    family: Family
    grain: Grain
    kind: str
    partition: str
    part: TimeRange
    entity: str | None = None
    form: str | None = None  # the form of day page that can stand for the rows
    measures: frozenset[str] = frozenset()  # of a scan of tops: the counters that are asked for
    daily: bool = False  # of a scan of tops: each day by itself, not all of them together
    reach: int = 0  # of a scan of tops: how many of the busiest are enough; 0 for all

    @property
    def low(self) -> str:
        """The first bucket."""
        return bucket_of(self.part.start, self.grain)

    @property
    def high(self) -> str:
        """Just past the last bucket's rows."""
        return bucket_of(self.part.end - 1, self.grain) + AFTER

    @property
    def pages(self) -> str:
        """The partition of the pages that can stand for the rows."""
        workspace = workspace_of(self.partition)
        return page_key(page_base(workspace, self.family, self.grain), str(self.form), "").pk


@dataclass(frozen=True)
class Plan:
    """The scans of one family that answer a question; with `cells`, the rows are taken apart by that breakdown.

    `days` is the partition whose rows carry the revisions of days, for the scans that may use pages.
    """

    family: Family
    scans: tuple[Scan, ...]
    days: str
    cells: Cells | None = None


def plan(question: Question, workspace: str, families: Sequence[Family]) -> Plan:
    """The cheapest plan. Raises Invalid when no family serves these dimensions and filters together."""
    asked = question.declared()
    if ranked := ranks(question, asked, families):
        return _ranked(question, workspace, ranked, families)
    family, cells = choose(asked, question, families)
    entities = question.filters.only(family.entity) if family.entity else (None,)
    scans = tuple(
        Scan(family, grain, kind, rollup_partition(workspace, family.name, grain, kind, entity), piece, entity, form)
        for kind in kinds(asked, family)
        for part, grain in cover(question, family, kind)
        for piece, form in paged(question, family, grain, kind, part)
        for entity in entities or ()
    )
    return Plan(family, scans, day_partition(workspace, day_family(family.event_type, families)), cells)


def _ranked(question: Question, workspace: str, family: Family, families: Sequence[Family]) -> Plan:
    """Ranks are read from the tops of whole days; an entity is then a dimension of plain counter rows."""
    plain = replace(family, dimensions=(str(family.entity),), entity=None, cells=())
    measures = frozenset(name for metric in question.declared() for name in metric.counters)
    partition = entity_partition(workspace, family)
    daily = question.granularity is not None
    reach = _reach(question) if measures <= light(family) and not daily else 0
    scan = Scan(family, Grain.DAY, COUNTERS, partition, question.range, form=TOP_FORM, measures=measures,
                daily=daily, reach=reach)  # fmt: skip
    return Plan(plain, (scan,), day_partition(workspace, day_family(family.event_type, families)))


def _reach(question: Question) -> int:
    """How many of the busiest answer the question; 0 where that takes everybody."""
    if question.limit is None or not question.order or not question.order[0].descending:
        return 0
    first = next(metric for metric in question.declared() if metric.name == question.order[0].metric)
    reach = question.offset + question.limit
    return reach if first.counters == (BUSINESS,) and reach <= HEAD // 2 else 0


def paged(
    question: Question, family: Family, grain: Grain, kind: str, part: TimeRange
) -> Iterator[tuple[TimeRange, str | None]]:
    """A part with the form of page that can stand for its rows, if the question touches several days.

    Counters of days without dimensions are read from the rows that tell the days' revisions anyhow.
    """
    whole = TimeRange(floor(question.range.start, Grain.DAY), ceil(question.range.end, Grain.DAY))
    forms = dict(page_forms(family)).get(grain, ()) if family.entity is None else ()
    if not forms or whole.end - whole.start < MIN_PAGED_DAYS * DAY_MS:
        yield part, None
    elif kind == COUNTERS:
        yield part, None if grain is Grain.DAY and not family.dimensions else COUNTS
    elif kind.startswith(DISTINCT) and alone(question, family, grain):
        yield part, COUNTS
    elif grain is Grain.HOUR and FROM in forms and _days_are_whole(question):
        yield from _edges(part)
    else:
        yield part, SKETCHES


def _days_are_whole(question: Question) -> bool:
    """Are all hours of a day in one bucket of the answer?"""
    wide = question.granularity
    return wide is None or (wide.grain is Grain.DAY and question.zone is None)


def _edges(part: TimeRange) -> Iterator[tuple[TimeRange, str]]:
    """Hours to the end of a day, from the start of a day, or somewhere inside of it; whole days between, if any."""
    start, end = ceil(part.start, Grain.DAY), floor(part.end, Grain.DAY)
    if start > end:
        yield part, SKETCHES
        return
    pieces = (
        (TimeRange(part.start, start), FROM),
        (TimeRange(start, end), SKETCHES),
        (TimeRange(end, part.end), UNTIL),
    )
    yield from ((piece, form) for piece, form in pieces if piece.start < piece.end)


def alone(question: Question, family: Family, grain: Grain) -> bool:
    """Does every row have a group of the answer to itself? Then counts of members do, and nobody has to be united."""
    wide = question.granularity
    return wide is not None and wide.width_ms == WIDTH_MS[grain] and {*question.group_by} == {*family.dimensions}


def cover(question: Question, family: Family, kind: str) -> Iterator[tuple[TimeRange, Grain]]:
    """Disjoint parts of the range with the widest grain that fits each, none wider than the asked granularity."""
    if family.entity:
        whole = TimeRange(floor(question.range.start, Grain.DAY), ceil(question.range.end, Grain.DAY))
        return iter([(whole, Grain.DAY)])
    usable = [grain for grain in family.grains if not (grain is Grain.MINUTE and kind.startswith(HISTOGRAM))]
    if question.granularity:
        widest = Grain.HOUR if question.zone and question.granularity.grain is Grain.DAY else question.granularity.grain
        usable = [grain for grain in usable if WIDTH_MS[grain] <= WIDTH_MS[widest]]
    return split(question.range, sorted(usable, key=WIDTH_MS.__getitem__, reverse=True))


def split(part: TimeRange, widest_first: Sequence[Grain]) -> Iterator[tuple[TimeRange, Grain]]:
    """Cut a range into whole buckets of the widest grain in its middle, and finer ones at both ends."""
    if part.start >= part.end or not widest_first:
        return
    grain, finer = widest_first[0], widest_first[1:]
    if not finer:
        yield part, grain
        return
    start, end = ceil(part.start, grain), floor(part.end, grain)
    if start >= end:
        yield from split(part, finer)
        return
    yield from split(TimeRange(part.start, start), finer)
    yield TimeRange(start, end), grain
    yield from split(TimeRange(end, part.end), finer)
