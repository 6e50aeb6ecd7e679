"""Cells: small breakdowns inside an entity's rows, one attribute a measure: `h|04|kinematics|n`.

An update bills the whole row, so rows have to stay small: there is one for each part of a day in which the entity did
something, and names are short. What belongs together is added up by whoever reads it. A cell of an hour that is taken
apart (`slots`) is of one slot of it: `h@2|04|kinematics|n`. One of a breakdown without hours is of one hour of its day:
`c@04|kinematics|n`.
"""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from belvedere.ingest.event import Event
from belvedere.rollups.slots import SLOT
from belvedere.schema.rollup_tables import Breakdown, Grain, RollupTable, field_value
from belvedere.storage.keys import escape
from belvedere.time_buckets import bucket_of

CELL_SEPARATOR = "|"


class CellNumber(NamedTuple):
    """One measure of one cell of a row: the breakdown's tag, its field values, the counter, the number, its slot."""

    tag: str
    values: tuple[str, ...]
    measure: str
    number: int
    slot: str = ""


def slotted_tag(breakdown: Breakdown, slot: str, hour: str) -> str:
    """The tag of a breakdown's cells of one slot of an hour; without hours among its fields, of that UTC hour."""
    slot = slot if "hour" in breakdown.fields else hour
    return f"{breakdown.tag}{SLOT}{slot}" if slot else breakdown.tag


def hour_of(breakdown: Breakdown, cell: CellNumber) -> int | None:
    """The UTC hour that a cell is of; None for one that was begun before breakdowns without hours had any."""
    hour = cell.values[breakdown.fields.index("hour")] if "hour" in breakdown.fields else cell.slot
    return int(hour) if hour else None


def without_hours(family: RollupTable, row: Mapping[str, int]) -> dict[str, int]:
    """An entity's numbers with the cells of breakdowns without hours added up over the hours."""
    plain = {breakdown.tag for breakdown in family.breakdowns if "hour" not in breakdown.fields}
    numbers: Counter[str] = Counter()
    for name, number in row.items():
        tag, separator, rest = name.partition(CELL_SEPARATOR)
        tag = tag.partition(SLOT)[0] if tag.partition(SLOT)[0] in plain else tag
        numbers[f"{tag}{separator}{rest}"] += number
    return {name: number for name, number in numbers.items() if number}


def cell_values(event: Event, breakdown: Breakdown) -> tuple[str, ...]:
    """The values that name an event's cell, in the order of its fields; empty where a field is absent."""
    hour = bucket_of(event.time, Grain.HOUR)[-2:]
    return tuple(hour if name == "hour" else field_value(event, name) or "" for name in breakdown.fields)


def cell_numbers(family: RollupTable, row: Mapping[str, object]) -> Iterator[CellNumber]:
    """What an entity's row says, without zeros."""
    for name, number in row.items():
        if CELL_SEPARATOR in name and isinstance(number, int) and number:
            tag, values, code = split_cell_name(name)
            tag, _, slot = tag.partition(SLOT)
            yield CellNumber(tag, values, family.coded.get(code, code), number, slot)


@functools.lru_cache(maxsize=8192)
def cell_name(tag: str, values: tuple[str, ...], code: str) -> str:
    """`h|04|kinematics|n`: the attribute that holds one measure of one cell."""
    return CELL_SEPARATOR.join((tag, *map(escape_cell, values), code))


def split_cell_name(name: str) -> tuple[str, tuple[str, ...], str]:
    """(tag, values, code) of a cell's attribute."""
    tag, *values, code = name.split(CELL_SEPARATOR)
    return tag, tuple(map(unescape_cell, values)), code


def escape_cell(value: str) -> str:
    """A cell value without the cell separator."""
    return escape(value).replace(CELL_SEPARATOR, "%7C")


def unescape_cell(value: str) -> str:
    """The inverse of `escape_cell`."""
    return value.replace("%7C", CELL_SEPARATOR).replace("%23", "#").replace("%25", "%")
