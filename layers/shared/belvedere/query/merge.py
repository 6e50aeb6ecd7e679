"""Merges rollup rows into one `Totals` per bucket and group. Pure; the order of rows does not matter."""

from collections.abc import Iterable, Iterator, Mapping

from belvedere.boards.base import Family, Totals
from belvedere.clock import HOUR_MS
from belvedere.query.plan import Plan, Row
from belvedere.query.question import Question
from belvedere.rollups.buckets import bucket_start
from belvedere.rollups.cells import split_cell_name
from belvedere.rollups.deltas import COUNTERS, HISTOGRAM, ROW_FIELDS
from belvedere.rollups.distinct import Counted, Distinct, member
from belvedere.rollups.histogram import Histogram
from belvedere.rollups.tops import CUT
from belvedere.storage.keys import split_rollup_sort

GroupKey = tuple[int, tuple[str, ...]]  # (bucket start in epoch ms, values of `group_by`)
Groups = dict[GroupKey, Totals]


def merge(question: Question, plan: Plan, rows: Iterable[Row]) -> Groups:
    """Totals by bucket and group; a group without rows is absent."""
    groups: Groups = {}
    for row in rows:
        if plan.cells:
            _merge_cells(question, plan, row, groups)
        else:
            _merge_row(question, plan.family, row, groups)
    return groups


def _merge_row(question: Question, family: Family, row: Row, groups: Groups) -> None:
    if CUT in row.item:
        return
    bucket, values = split_rollup_sort(str(row.item["sk"]))
    dims = dict(zip(family.dimensions, values, strict=True))
    if not _passes(question, dims):
        return
    totals = _group(question, groups, bucket_start(bucket), dims)
    kind, _, field = row.scan.kind.partition(".")
    if kind == COUNTERS:
        _add(totals, dict(_numbers(row.item)))
    elif kind == HISTOGRAM:
        totals.histograms.setdefault(field, Histogram()).merge(Histogram(dict(_numbers(row.item))))
    elif isinstance(sketch := row.item.get("sketch"), bytes):
        _unite(totals, field, Distinct.from_bytes(sketch))
    elif members := int(row.item.get("members", 0)):
        totals.distincts[field] = Counted(abs(members), exact=members > 0)


def _merge_cells(question: Question, plan: Plan, row: Row, groups: Groups) -> None:
    """An entity's day row, cell by cell; the entity itself is a dimension, and counts as one distinct member."""
    assert plan.cells is not None
    assert plan.family.entity is not None
    assert row.scan.entity is not None
    day = bucket_start(split_rollup_sort(str(row.item["sk"]))[0])
    for name, number in _numbers(row.item):
        tag, values, measure = split_cell_name(name)
        if tag != plan.cells.tag or not number:
            continue
        dims = {**dict(zip(plan.cells.fields, values, strict=True)), plan.family.entity: row.scan.entity}
        start = day + int(dims.pop("hour", "0")) * HOUR_MS
        if question.range.start <= start < question.range.end and _passes(question, dims):
            totals = _group(question, groups, start, dims)
            _add(totals, {measure: number})
            _unite(totals, plan.family.entity, Distinct([member(row.scan.entity)]))


def _unite(totals: Totals, field: str, members: Distinct) -> None:
    held = totals.distincts.setdefault(field, Distinct())
    assert isinstance(held, Distinct), "counts without members stand only where a group has one row"
    held.merge(members)


def _passes(question: Question, dims: Mapping[str, str]) -> bool:
    return question.filters.matches(dims)


def _group(question: Question, groups: Groups, start: int, dims: Mapping[str, str]) -> Totals:
    key = (question.bucket(start), tuple(dims[name] for name in question.group_by))
    return groups.setdefault(key, Totals.empty())


def _numbers(item: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    return ((name, value) for name, value in item.items() if name not in ROW_FIELDS and isinstance(value, int))


def _add(totals: Totals, counters: Mapping[str, int]) -> None:
    for name, number in counters.items():
        totals.counters[name] = totals.counters.get(name, 0) + number
