"""The catalog: everything that boards declare, by name.

The engine is handed it once a process, by the package of boards, and knows no board itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from belvedere.schema.board import Board, EventType
from belvedere.schema.metrics import Metric
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.schema.roles import Role
from belvedere.schema.rollup_tables import RollupTable


@dataclass(frozen=True)
class Catalog:
    """Boards, and their event types, rollup tables, metrics, rate limits and roles by name; metrics by board first."""

    boards: Mapping[str, Board]
    event_types: Mapping[str, EventType]
    rollup_tables: Mapping[str, RollupTable]
    metrics: Mapping[str, Mapping[str, Metric]]
    rate_limits: Mapping[str, RateLimitRule]
    roles: Mapping[str, Role]
    _tables_of: Mapping[str, tuple[RollupTable, ...]]

    @classmethod
    def of(cls, boards: Iterable[Board]) -> "Catalog":
        """The catalog of some boards; their order is that of everything in it."""
        by_name = {board.name: board for board in boards}
        tables = [table for board in by_name.values() for table in board.rollup_tables]
        ordered = sorted(tables, key=lambda table: table.event_type)
        return cls(
            boards=by_name,
            event_types={declared.name: declared for board in by_name.values() for declared in board.event_types},
            rollup_tables={table.name: table for table in tables},
            metrics={name: {metric.name: metric for metric in board.metrics} for name, board in by_name.items()},
            rate_limits={rule.name: rule for board in by_name.values() for rule in board.rate_limits},
            roles={role.name: role for board in by_name.values() for role in board.roles},
            _tables_of={name: tuple(group) for name, group in groupby(ordered, key=lambda table: table.event_type)},
        )

    def rollup_tables_of(self, event_type: str) -> tuple[RollupTable, ...]:
        """The rollup tables an event of this type counts in; none for a type nobody declared."""
        return self._tables_of.get(event_type, ())

    def live_fields(self, event_type: str) -> tuple[str, ...]:
        """The properties of events of a type that are pushed to realtime clients; none of an undeclared type."""
        declared = self.event_types.get(event_type)
        return declared.live_fields if declared else ()

    def identifying_fields(self, event_type: str) -> frozenset[str]:
        """Those of the live fields that may identify a person; none of an undeclared type."""
        declared = self.event_types.get(event_type)
        return frozenset(declared.identifying_fields if declared else ())


_provided: list[Catalog] = []


def provide(catalog: Catalog) -> None:
    """Hand the engine the catalog of this process, in place of the one before."""
    _provided[:] = [catalog]


def catalog() -> Catalog:
    """The catalog of this process. Raises RuntimeError before there is one."""
    if not _provided:
        raise RuntimeError("no catalog was provided: import belvedere.boards, or call provide() with one")
    return _provided[0]
