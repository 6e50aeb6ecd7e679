"""Merges rollup rows into one `Totals` per bucket and group. Pure; the order of rows does not matter."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from belvedere.clock import HOUR_MS
from belvedere.query.planner.filters import EVERYTHING
from belvedere.query.planner.plan import Plan, Scan
from belvedere.query.planner.question import Question
from belvedere.query.reader.partial_hours import PartialHours
from belvedere.rollups.cells import cell_numbers
from belvedere.rollups.pages import BINS, MEMBERS, SKETCH
from belvedere.rollups.rows import COUNTERS, HISTOGRAM, ROW_FIELDS
from belvedere.rollups.slots import SLOT
from belvedere.rollups.topk import CUT
from belvedere.schema.metrics import Totals
from belvedere.schema.rollup_tables import RollupTable
from belvedere.sketches.distinct import Distinct, DistinctCount, member
from belvedere.sketches.histogram import Histogram
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR
from belvedere.storage.keys.rollups import split_rollup_sort
from belvedere.time_buckets import bucket_start, day_start

Row = Mapping[str, Any]
Adder = Callable[[Totals, Row], None]
GroupKey = tuple[int, tuple[str, ...]]  # (bucket start in epoch ms, values of `group_by`)
Groups = dict[GroupKey, Totals]


def merge(
    question: Question, plan: Plan, scanned: Iterable[tuple[Scan, Iterable[Item]]], hours: PartialHours | None = None
) -> Groups:
    """Totals by bucket and group; a group without rows is absent. `hours` takes rows of hours apart where needed."""
    groups: Groups = {}
    counters = tuple(sorted({name for metric in question.declared() for name in metric.counters}))
    if plan.breakdown:
        for scan, rows in scanned:
            for row in rows:
                _merge_cells(question, plan, scan, row, groups, hours)
        return groups
    for scan, rows in hours.rows(scanned) if hours else scanned:
        if counters or scan.kind != COUNTERS:  # without any, they were read to tell which hours can be taken apart
            _merge_rows(question, plan.family, _adder(scan.kind, counters), rows, groups)
    return groups


def _merge_rows(question: Question, family: RollupTable, add: Adder, rows: Iterable[Item], groups: Groups) -> None:
    whole = not question.group_by and question.filters == EVERYTHING
    starts: dict[str, int] = {}  # of the answer's buckets, by the rows'
    dims: dict[str, str] = {}
    for row in rows:
        if CUT in row:
            continue
        bucket = str(row["sk"]).partition(SEPARATOR)[0]
        if not whole:
            dims = dict(zip(family.dimensions, split_rollup_sort(str(row["sk"]))[1], strict=True))
            if not question.filters.matches(dims):
                continue
        start = starts.get(bucket)
        if start is None:
            start = starts[bucket] = question.bucket(bucket_start(bucket))
        key = (start, tuple(dims[name] for name in question.group_by))
        totals = groups.get(key)
        if totals is None:
            totals = groups[key] = Totals.empty()
        add(totals, row)


def _adder(kind: str, counters: tuple[str, ...]) -> Adder:
    """What takes a row's part into totals; rows of pages have several kinds' fields, each under a name of its own."""
    kind, _, field = kind.partition(".")
    if kind == COUNTERS:
        return lambda totals, row: _add_counters(totals, row, counters)
    return partial(_add_bins if kind == HISTOGRAM else _add_members, field=field)


def _add_counters(totals: Totals, row: Row, counters: tuple[str, ...]) -> None:
    held = totals.counters
    for name in counters:
        held[name] = held.get(name, 0) + row.get(name, 0)


def _add_bins(totals: Totals, row: Row, field: str) -> None:
    packed = row.get(BINS + field)
    bins = {name: number for name, number in _numbers(row) if SLOT not in name} if packed is None else packed
    if bins:
        totals.histograms.setdefault(field, Histogram()).merge(Histogram(bins))


def _add_members(totals: Totals, row: Row, field: str) -> None:
    if count := row.get(MEMBERS + field):
        totals.distincts[field] = DistinctCount(abs(count), exact=count > 0)
    elif sketch := row.get("sketch") or row.get(SKETCH + field):
        _unite(totals, field, Distinct.from_bytes(sketch))


def _merge_cells(
    question: Question, plan: Plan, scan: Scan, row: Item, groups: Groups, hours: PartialHours | None
) -> None:
    """A row of an entity, cell by cell; the entity itself is a dimension, and counts as one distinct member."""
    assert plan.breakdown is not None
    assert plan.family.entity is not None
    assert scan.entity is not None
    day = day_start(str(row["sk"]))
    for cell in cell_numbers(plan.family, row):
        if cell.tag != plan.breakdown.tag:
            continue
        dims = {**dict(zip(plan.breakdown.fields, cell.values, strict=True)), plan.family.entity: scan.entity}
        start = day + int(dims.pop("hour", "0")) * HOUR_MS
        if not question.filters.matches(dims):
            continue
        moment = hours.moment(start, cell.slot) if hours else start
        if question.range.start <= moment < question.range.end:
            totals = _group(question, groups, moment, dims)
            totals.counters[cell.measure] = totals.counters.get(cell.measure, 0) + cell.number
            _unite(totals, plan.family.entity, Distinct([member(scan.entity)]))


def _unite(totals: Totals, field: str, members: Distinct) -> None:
    held = totals.distincts.setdefault(field, Distinct())
    assert isinstance(held, Distinct), "counts without members stand only where a group has one row"
    held.merge(members)


def _group(question: Question, groups: Groups, start: int, dims: Mapping[str, str]) -> Totals:
    key = (question.bucket(start), tuple(dims[name] for name in question.group_by))
    return groups.setdefault(key, Totals.empty())


def _numbers(item: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    return ((name, value) for name, value in item.items() if name not in ROW_FIELDS and isinstance(value, int))
