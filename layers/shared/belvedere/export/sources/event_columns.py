"""The columns of raw events: the envelope, each declared property with its type, and the rest as JSON. Pure."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import inspect

from belvedere.export.columns import Column, ColumnType, Row
from belvedere.ingest.event import Event
from belvedere.schema.board import EventType

ENVELOPE = (
    Column("id"),
    Column("type"),
    Column("time", ColumnType.TIMESTAMP),
    Column("user"),
    Column("workspace"),
    Column("received", ColumnType.TIMESTAMP),
)
OTHER = Column("other_properties", ColumnType.JSON)
LARGEST = 2**63 - 1

RowOf = Callable[[Event], Row]


def event_columns(kind: EventType) -> tuple[Column, ...]:
    """All columns of a type of events, in a fixed order."""
    return (*ENVELOPE, *property_columns(kind).values(), OTHER)


def property_columns(kind: EventType) -> Mapping[str, Column]:
    """The column of each declared property; one that is called like a field of the envelope has a longer name."""
    taken = {column.name for column in (*ENVELOPE, OTHER)}
    fields = msgspec.structs.fields(kind.stored_schema or kind.properties)
    return {
        declared.encode_name: Column(
            f"property_{declared.encode_name}" if declared.encode_name in taken else declared.encode_name,
            column_type(inspect.type_info(declared.type)),
        )
        for declared in fields
    }


def column_type(declared: inspect.Type) -> ColumnType:
    """The type of a column of values of a declared type; whatever is none of the plain ones is JSON."""
    match declared:
        case inspect.UnionType(types=types):
            kinds = {column_type(option) for option in types if not isinstance(option, inspect.NoneType)}
            numbers = {ColumnType.INTEGER, ColumnType.NUMBER}
            return kinds.pop() if len(kinds) == 1 else ColumnType.NUMBER if kinds == numbers else ColumnType.JSON
        case inspect.BoolType():
            return ColumnType.BOOLEAN
        case inspect.IntType(ge=low, le=high) if low is not None and high is not None and high <= LARGEST:
            return ColumnType.INTEGER
        case inspect.FloatType():
            return ColumnType.NUMBER
        case inspect.StrType():
            return ColumnType.TEXT
    return ColumnType.JSON


def row_of(kind: EventType, columns: tuple[Column, ...]) -> RowOf:
    """Makes the row of an event, with these of its columns."""
    declared = property_columns(kind)
    names, known = tuple(declared), frozenset(declared)
    whole = [place for place, column in enumerate(declared.values()) if column.type is ColumnType.INTEGER]
    places = {column.name: place for place, column in enumerate(event_columns(kind))}
    pick = [places[column.name] for column in columns]
    first = len(ENVELOPE)

    def row(event: Event) -> Row:
        own = event.properties
        envelope = (event.id, event.type, event.time, event.user, event.workspace, event.received)
        values: list[Any] = [*envelope, *map(own.get, names)]
        for place in whole:  # `5.0` is a whole number as well
            if isinstance(values[first + place], float):
                values[first + place] = int(values[first + place])
        values.append(None if own.keys() <= known else {name: own[name] for name in own if name not in known})
        return values

    if pick == list(range(len(places))):
        return row
    select = itemgetter(*pick) if len(pick) > 1 else lambda values: (values[pick[0]],)
    return lambda event: select(row(event))
