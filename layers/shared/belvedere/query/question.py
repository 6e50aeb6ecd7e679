"""A dashboard question as the engine understands it, whichever endpoint asked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from belvedere.boards.base import Grain, Metric
from belvedere.boards.registry import metrics
from belvedere.errors import Invalid
from belvedere.query.ranges import TimeRange


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which metrics of a board, over which range, in which buckets, grouped and filtered by which dimensions.

    `granularity` None asks for one bucket over the whole range. `filters` maps a dimension (or `user`) to the
    values that count.
    """

    board: str
    metrics: tuple[str, ...]
    range: TimeRange
    granularity: Grain | None = None
    group_by: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def declared(self) -> tuple[Metric, ...]:
        """The metrics asked for. Raises Invalid naming an unknown one and those there are."""
        known = metrics()[self.board]
        for name in self.metrics:
            if name not in known:
                raise Invalid(f"metrics: {name!r} is not one of {', '.join(known)}")
        return tuple(known[name] for name in self.metrics)
