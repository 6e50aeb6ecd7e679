"""Plans which rollup rows answer a question, as scans.

Pure: the number of scans depends on the question, never on how many events there were. Scans of several whole days
may be answered from day pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from belvedere.query.planner.choose import choose, kinds, ranks
from belvedere.query.planner.page_selection import select_pages
from belvedere.query.planner.question import Question
from belvedere.query.planner.range_split import edged, split_range
from belvedere.rollups.pages import page_base, page_key
from belvedere.rollups.revisions import day_partition
from belvedere.rollups.rows import COUNTERS, DISTINCT
from belvedere.rollups.topk import BUSINESS, HEAD, TOP_FORM, head_measures
from belvedere.rollups.totals import entity_partition
from belvedere.schema.rollup_tables import Breakdown, Grain, RollupTable
from belvedere.storage.keys import AFTER, workspace_of
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class Scan:
    """One range of one partition of Rollups, read by one query."""

    family: RollupTable
    grain: Grain
    kind: str
    partition: str
    time_range: TimeRange
    entity: str | None = None
    form: str | None = None  # the form of day page that can stand for the rows
    measures: frozenset[str] = frozenset()  # of a top-k scan: the counters that are asked for
    daily: bool = False  # of a top-k scan: each day by itself, not all of them together
    people: RollupTable | None = None  # of members in hours inside of a day: whose cells tell them
    reach: int = 0  # of a top-k scan: how many of the busiest are enough; 0 for all

    @property
    def low(self) -> str:
        """The first bucket."""
        return bucket_of(self.time_range.start, self.grain)

    @property
    def high(self) -> str:
        """Just past the last bucket's rows."""
        return bucket_of(self.time_range.end - 1, self.grain) + AFTER

    @property
    def ranked_hours(self) -> bool:
        """Are entities to be ranked by hours inside of a day, of which there is no top-k?"""
        return bool(self.measures) and not self.form

    @property
    def pages(self) -> str:
        """The partition of the pages that can stand for the rows."""
        workspace = workspace_of(self.partition)
        return page_key(page_base(workspace, self.family, self.grain), str(self.form), "").pk


@dataclass(frozen=True)
class Plan:
    """The scans of one family that answer a question; with `breakdown`, rows are split by it.

    `days` is the partition whose rows carry the revisions of days, for the scans that may use pages.
    """

    family: RollupTable
    scans: tuple[Scan, ...]
    days: str
    breakdown: Breakdown | None = None


def plan(question: Question, workspace: str, rollup_tables: Sequence[RollupTable]) -> Plan:
    """The cheapest plan. Raises Invalid when no family serves these dimensions and filters together."""
    metrics = question.declared()
    if ranked := ranks(question, metrics, rollup_tables):
        return _ranked(question, workspace, ranked, rollup_tables)
    family, breakdown = choose(metrics, question, rollup_tables)
    entities = question.filters.only(family.entity) if family.entity else (None,)
    cut = question.splits_hours or (family.hourly and not question.range.whole_days)  # counts tell which rows can be
    scans = tuple(
        Scan(family, grain, kind, rollup_partition(workspace, family.name, grain, kind, entity), piece, entity, form,
             people=_people(family, kind, piece, rollup_tables))
        for kind in dict.fromkeys([*([COUNTERS] if cut else []), *kinds(metrics, family)])
        for time_range, grain in split_range(question, family, kind)
        for piece, form in select_pages(question, family, grain, kind, time_range)
        for entity in entities or ()
    )  # fmt: skip
    return Plan(family, scans, day_partition(workspace, family.event_type, rollup_tables), breakdown)


def _people(
    family: RollupTable, kind: str, time_range: TimeRange, rollup_tables: Sequence[RollupTable]
) -> RollupTable | None:
    """Who tells the members of a family in hours inside of a day."""
    by_cells = family.people and kind.startswith(DISTINCT) and not time_range.whole_days
    return next(table for table in rollup_tables if table.name == family.people) if by_cells else None


def _ranked(question: Question, workspace: str, family: RollupTable, rollup_tables: Sequence[RollupTable]) -> Plan:
    """Ranks are read from the top-k of whole days, and from entities' rows of hours around them.

    An entity is then a dimension of plain counter rows.
    """
    plain = replace(family, dimensions=(str(family.entity),), entity=None, breakdowns=())
    measures = frozenset(name for metric in question.declared() for name in metric.counters)
    partition = entity_partition(workspace, family)
    daily = question.granularity is not None
    reach = _reach(question) if measures <= head_measures(family) and question.range.whole_days and not daily else 0
    scans = tuple(
        Scan(family, Grain.DAY, COUNTERS, partition, time_range, form=TOP_FORM if time_range.whole_days else None,
             measures=measures, daily=daily, reach=reach)
        for time_range in edged(question.range)
    )  # fmt: skip
    return Plan(plain, scans, day_partition(workspace, family.event_type, rollup_tables))


def _reach(question: Question) -> int:
    """How many of the busiest answer the question; 0 where that takes everybody."""
    if question.limit is None or not question.order or not question.order[0].descending:
        return 0
    first = next(metric for metric in question.declared() if metric.name == question.order[0].metric)
    reach = question.offset + question.limit
    return reach if first.counters == (BUSINESS,) and reach <= HEAD // 2 else 0
