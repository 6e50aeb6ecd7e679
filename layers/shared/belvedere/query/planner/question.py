"""A dashboard question as the engine understands it, whichever endpoint asked it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from belvedere.clock import HOUR_MS
from belvedere.errors import Invalid
from belvedere.query.planner.filters import EVERYTHING, Filter
from belvedere.query.planner.granularity import Granularity
from belvedere.rollups.slots import off_hour
from belvedere.schema.catalog import catalog
from belvedere.schema.metrics import Metric
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class Order:
    """Sort by a metric; points with nothing to say come last either way."""

    metric: str
    descending: bool = True


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which metrics of a board, over which range, in which buckets, grouped and filtered by which dimensions.

    `granularity` None asks for one bucket over the whole range; `zone` None is UTC. An entity (`user`) is grouped and
    filtered by like any dimension. `minutes` says that the range is short and recent enough for rows of minutes.
    """

    board: str
    metrics: tuple[str, ...]
    range: TimeRange
    granularity: Granularity | None = None
    zone: ZoneInfo | None = None
    group_by: tuple[str, ...] = ()
    filters: Filter = EVERYTHING
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    minutes: bool = False

    @property
    def splits_hours(self) -> bool:
        """Do buckets of the answer, or its range, begin or end inside of UTC hours?"""
        time_range, wide = self.range, self.granularity
        if self.zone is None or (wide is not None and wide.width_ms < HOUR_MS):
            return False
        edged = time_range.start % HOUR_MS or time_range.end % HOUR_MS
        return bool(edged or wide) and off_hour(time_range.start, time_range.end, self.zone)

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions it takes to group and to filter."""
        return self.filters.dimensions().union(self.group_by)

    def bucket(self, ms: int) -> int:
        """The start of the answer's bucket a moment falls in; the range's start without granularity."""
        return self.granularity.start(ms, self.zone) if self.granularity else self.range.start

    def buckets(self) -> list[int]:
        """The start of every bucket of the answer."""
        if not self.granularity:
            return [self.range.start]
        starts, start = [], self.bucket(self.range.start)
        while start < self.range.end:
            starts.append(start)
            start = self.granularity.next(start, self.zone)
        return starts

    def declared(self) -> tuple[Metric, ...]:
        """The metrics asked for. Raises Invalid naming an unknown one and those there are."""
        known = catalog().metrics[self.board]
        for name in self.metrics:
            if name not in known:
                raise Invalid(f"metrics: {name!r} is not one of {', '.join(known)}")
        return tuple(known[name] for name in self.metrics)
