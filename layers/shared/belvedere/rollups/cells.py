"""Cells: a small breakdown inside an entity's day row, one attribute a measure: `h|04|kinematics|count`."""

import functools

from belvedere.boards.base import Cells, Grain, field_value
from belvedere.ingest.event import Event
from belvedere.rollups.buckets import bucket_of
from belvedere.storage.keys import escape

CELL_SEPARATOR = "|"


def cell_values(event: Event, cells: Cells) -> tuple[str, ...]:
    """The values that name an event's cell, in the order of its fields; empty where a field is absent."""
    hour = bucket_of(event.time, Grain.HOUR)[-2:]
    return tuple(hour if name == "hour" else field_value(event, name) or "" for name in cells.fields)


@functools.lru_cache(maxsize=8192)
def cell_name(tag: str, values: tuple[str, ...], measure: str) -> str:
    """`h|04|kinematics|count`: the attribute that holds one measure of one cell."""
    return CELL_SEPARATOR.join((tag, *map(escape_cell, values), measure))


def split_cell_name(name: str) -> tuple[str, tuple[str, ...], str]:
    """(tag, values, measure) of a cell's attribute."""
    tag, *values, measure = name.split(CELL_SEPARATOR)
    return tag, tuple(map(unescape_cell, values)), measure


def escape_cell(value: str) -> str:
    """A cell value without the cell separator."""
    return escape(value).replace(CELL_SEPARATOR, "%7C")


def unescape_cell(value: str) -> str:
    """The inverse of `escape_cell`."""
    return value.replace("%7C", CELL_SEPARATOR).replace("%23", "#").replace("%25", "%")
