"""What the board's POST endpoints take, as its contract documents it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from belvedere.bodies import Body
from belvedere.errors import Invalid
from belvedere.query.planner.filters import Filter, all_in
from belvedere.query.planner.request import RangeBody

DOCUMENTED = ("interaction_count", "success_rate", "avg_response_time", "unique_users")
Granularity = Literal["1m", "5m", "15m", "1h", "6h", "1d", "1w", "1mo"]
Aggregation = Literal["avg", "sum", "min", "max", "count"]
Values = Annotated[list[str], Field(default_factory=list, max_length=100)]


class TimeRangeBody(Body):
    """Both dates, else a preset, else seven days."""

    preset: str | None = None
    start_date: str | None = None
    end_date: str | None = None

    def to_range(self) -> RangeBody:
        """The same in the engine's words."""
        return RangeBody.model_validate(self.model_dump())


class FilterBody(Body):
    """Which interactions count; empty lists let everything through."""

    user_ids: Values
    agent_types: Values
    concepts: Values
    difficulty_levels: Values
    success_only: bool = False
    min_interactions: int | None = Field(None, ge=0)
    min_response_time: float | None = Field(None, ge=0, le=1e12)
    max_response_time: float | None = Field(None, ge=0, le=1e12)

    def to_filter(self) -> Filter:
        """The same in the engine's words. Raises Invalid for what totals cannot be filtered by."""
        for name in ("min_response_time", "max_response_time"):
            if getattr(self, name) is not None:
                raise Invalid(
                    f"filters.{name}: totals are not kept by it; /dashboard/export can filter interactions so"
                )
        lists = {"user": self.user_ids, "agent_type": self.agent_types, "concept": self.concepts}
        return all_in({**lists, "difficulty_level": self.difficulty_levels})


class TimeseriesBody(Body):
    """POST /dashboard/timeseries."""

    metrics: list[str] = Field(min_length=1, max_length=20)
    time_range: TimeRangeBody
    granularity: Granularity = "1h"
    filters: FilterBody | None = None
    aggregation: Aggregation = "avg"
    tz: str | None = None
    explain: bool = False
    force_refresh: bool = False


class AggregationBody(Body):
    """POST /dashboard/aggregation."""

    dimensions: list[str] = Field(min_length=1, max_length=4)
    metrics: list[str] = Field(min_length=1, max_length=20)
    time_range: TimeRangeBody
    filters: FilterBody | None = None
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)
    order_by: str | None = None
    explain: bool = False
    force_refresh: bool = False


def tags_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """What the kept answer to a body can be named by: the board, and each student it is about."""
    users = (body.get("filters") or {}).get("user_ids") or ()
    return "learning", *(f"user:{user}" for user in users)


def of_successes(metrics: tuple[str, ...], only: bool) -> dict[str, str]:
    """Which of the engine's metrics answers each documented one, when only successes count (or all do).

    Raises Invalid where no rollup tells successes apart.
    """
    if not only:
        return {name: name for name in metrics}
    apart = {
        "interaction_count": "successful_interactions",
        "successful_interactions": "successful_interactions",
        "avg_response_time": "avg_success_time",
        "success_rate": "success_rate",
    }
    for name in metrics:
        if name not in apart:
            raise Invalid(
                f"metrics: {name!r} is not kept for successes alone; with success_only ask for {', '.join(apart)}"
            )
    return {name: apart[name] for name in metrics}
