"""Day pages: rows of one family, grain and UTC day in one binary item, so that seven days are seven items.

A page is never trusted by itself. It names the revision of its day, which every fold that touches the day moves in the
transaction that adds its numbers; a page whose revision is not the day's present one is not used. So a page equals
its rows, or it is as if it were not there.

What is asked together is packed together, in up to four forms: COUNTS has the counters, and how many members each
distinct field has; SKETCHES the sketches and bins, also those of slots; FROM and UNTIL those of the hours, but of each
sketch only what the hours after it (before it) lack. United from an hour to the day's end (from its start to an hour)
these make what the whole sketches make, and are a fraction of their size.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from belvedere.rollups.rows import COUNTERS, DISTINCT, HISTOGRAM, ROW_FIELDS
from belvedere.rollups.sketches import sketch_attributes
from belvedere.rollups.slots import SLOT
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR, Key
from belvedere.storage.keys.rollups import rollup_partition

COUNTS, SKETCHES, FROM, UNTIL = "counts", "sketches", "from", "until"
MEMBERS, SKETCH, BINS = "members.", "sketch.", "bins."  # before the fields of a page's rows that are no counters
MAX_PAGE = 380 * 1024
NOT_PACKED = ROW_FIELDS - {"sk"}

Row = dict[str, Any]

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder()


def page_forms(family: RollupTable) -> Iterable[tuple[Grain, tuple[str, ...]]]:
    """The forms of a family's pages by grain, the one that is written last (it tells that all are there) first."""
    sketched = bool(family.histograms or family.distincts)
    for grain in family.grains:
        if grain is Grain.HOUR:
            edges = (FROM, UNTIL) if Grain.DAY in family.grains else ()
            yield grain, (COUNTS, *((SKETCHES, *edges) if sketched else ()))
        elif grain is Grain.DAY and (sketched or family.dimensions):
            yield grain, (COUNTS, *((SKETCHES,) if sketched else ()))


def page_base(workspace: str, family: RollupTable, grain: Grain) -> str:
    """What the partitions of a family's pages of one grain begin with."""
    return rollup_partition(workspace, family.name, grain, COUNTERS)


def page_key(base: str, form: str, day: str) -> Key:
    """Where a day's page is kept."""
    return Key(f"{base}+{form}", day)


def page_rows(form: str, rows: Mapping[str, Iterable[Item]]) -> list[Row]:
    """What a page of a form holds of a day's rows, which are given by kind."""
    if form == COUNTS:
        return _joined(rows, _count)
    whole = _joined({kind: rows_of_kind for kind, rows_of_kind in rows.items() if kind != COUNTERS}, _sketch)
    return whole if form == SKETCHES else _onward(whole, backward=form == FROM)


def _joined(rows: Mapping[str, Iterable[Item]], fields: Any) -> list[Row]:
    """Rows of several kinds under one sort key each, in its order."""
    by_sort_key: dict[str, Row] = {}
    for kind, of_kind in rows.items():
        for row in of_kind:
            by_sort_key.setdefault(str(row["sk"]), {"sk": row["sk"]}).update(fields(kind, row))
    return [by_sort_key[sk] for sk in sorted(by_sort_key)]


def _count(kind: str, row: Item) -> Row:
    """Counters, or the number of members of a distinct row; negative where it is an estimate."""
    if kind == COUNTERS:
        return {name: value for name, value in row.items() if name not in NOT_PACKED}
    sketch = row.get("sketch")
    if not kind.startswith(DISTINCT) or not isinstance(sketch, bytes):
        return {}
    members = Distinct.from_bytes(sketch)
    return {MEMBERS + kind.partition(".")[2]: members.count() if members.exact else -members.count()}


def _sketch(kind: str, row: Item) -> Row:
    field = kind.partition(".")[2]
    if kind.startswith(HISTOGRAM):
        bins = {n: v for n, v in row.items() if n not in NOT_PACKED and n != "sk" and v != 0}
        of_slots = {name: bins.pop(name) for name in [name for name in bins if SLOT in name]}
        return {BINS + field: bins, **({BINS + field + SLOT: of_slots} if of_slots else {})}
    return {f"{SKETCH}{field}{''.join(name.partition(SLOT)[1:])}": sketch for name, sketch in sketch_attributes(row)}


def _onward(rows: list[Row], *, backward: bool) -> list[Row]:
    """The rows with what each sketch adds to those before it (`backward`: after it) under the same dimensions.

    Without slots: questions that take hours apart do not use them.
    """
    united: dict[tuple[str, str], Distinct] = {}
    onward = []
    for row in reversed(rows) if backward else rows:
        dims = row["sk"].partition(SEPARATOR)[2]
        less = {name: value for name, value in row.items() if name == "sk" or SLOT not in name}
        for field in [name for name in less if name.startswith(SKETCH)]:
            whole, before = Distinct.from_bytes(row[field]), united.setdefault((dims, field), Distinct())
            less[field] = whole.beyond(before).to_bytes()
            before.merge(whole)
        onward.append(less)
    return onward


def pack(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as one page's bytes, by columns; what a row has not is 0."""
    packed = list(rows)
    names = sorted({name for row in packed for name, value in row.items() if name not in NOT_PACKED and value != 0})
    columns = {name: [row.get(name, 0) for row in packed] for name in names}
    nested = [name for name in names if name.startswith(BINS)]
    content = [{name: column for name, column in columns.items() if name not in nested},
               {name: _matrix(columns[name]) for name in nested}]  # fmt: skip
    return zlib.compress(_encoder.encode(content), 6)


def unpack(page: bytes) -> list[Row]:
    """The rows of a page, as they were packed. Raises ValueError on anything else."""
    columns, nested = _decoder.decode(zlib.decompress(page))
    for name, (bins, numbers) in nested.items():
        columns[name] = [{index: number for index, number in zip(bins, row, strict=True) if number} for row in numbers]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _matrix(column: list[Any]) -> list[Any]:
    """Bins of many rows: all their names once, and the numbers of each row in that order."""
    bins = sorted({name for row in column if row for name in row}, key=lambda name: (len(name), name))
    return [bins, [[row.get(name, 0) if row else 0 for name in bins] for row in column]]
