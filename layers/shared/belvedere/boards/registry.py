"""All boards, and what the engine may ask of them by name. The one place that lists the boards."""

import functools
from collections.abc import Mapping

from belvedere.boards import annotations, learning, productivity
from belvedere.schema.board import Board, EventType
from belvedere.schema.metrics import Metric
from belvedere.schema.rollup_tables import RollupTable

BOARDS: tuple[Board, ...] = (learning.BOARD, productivity.BOARD, annotations.BOARD)


@functools.cache
def boards() -> Mapping[str, Board]:
    """Boards by name."""
    return {board.name: board for board in BOARDS}


@functools.cache
def event_types() -> Mapping[str, EventType]:
    """Event types of all boards by name (`<board>.<name>`)."""
    return {kind.name: kind for board in BOARDS for kind in board.event_types}


def live_fields(event_type: str) -> tuple[str, ...]:
    """The properties of events of a type that are pushed to realtime clients; none of an undeclared type."""
    found = event_types().get(event_type)
    return found.live_fields if found else ()


def identifying_fields(event_type: str) -> frozenset[str]:
    """Those of the live fields that may identify a person; none of an undeclared type."""
    found = event_types().get(event_type)
    return frozenset(found.identifying_fields if found else ())


@functools.cache
def rollup_tables() -> Mapping[str, RollupTable]:
    """Rollup tables of all boards by name."""
    return {family.name: family for board in BOARDS for family in board.rollup_tables}


@functools.cache
def rollup_tables_of(event_type: str) -> tuple[RollupTable, ...]:
    """The rollup tables an event of this type counts in; none for a type nobody declared."""
    return tuple(family for family in rollup_tables().values() if family.event_type == event_type)


@functools.cache
def metrics() -> Mapping[str, Mapping[str, Metric]]:
    """Metrics by board, then by name."""
    return {board.name: {metric.name: metric for metric in board.metrics} for board in BOARDS}
