"""What the analytics endpoints take; unknown fields are left alone, unknown values are refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from belvedere.boards.base.families import Grain
from belvedere.boards.learning.requests import TimeRangeBody
from belvedere.clock import DAY_MS
from belvedere.errors import Invalid
from belvedere.query.ranges import TimeRange, moment, resolve
from belvedere.rollups.buckets import ceil

MOST = 100
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=MOST)]
PredictionType = Literal["success", "engagement", "performance", "risk"]
PER_STUDENT = ("success_rate", "interaction_count", "avg_response_time")


class Kept(BaseModel):
    """What every body may say besides: work the answer out anew; and the moment to look back from, now unless told."""

    force_refresh: bool = False


class LookingBack(Kept):
    """Bodies that ask about the time up to a moment."""

    at: str | None = Field(None, max_length=60)

    def moment(self, now: int) -> int:
        """The moment that is asked about, epoch ms: `at`, else now. Raises Invalid."""
        return moment(self.at, "at") if self.at is not None else now

    def back(self, days: int, now: int) -> TimeRange:
        """The whole days up to the moment, the one that holds it included."""
        end = ceil(self.moment(now) + 1, Grain.DAY)
        return TimeRange(max(0, end - days * DAY_MS), end)


class PredictiveBody(LookingBack):
    """POST /dashboard/analytics/predictive."""

    student_ids: Annotated[list[Name], Field(max_length=1_000)] | None = None
    early_warnings: bool | None = None
    prediction_type: PredictionType = "success"
    horizon_days: int = Field(7, ge=1, le=30)
    include_confidence_intervals: bool = True
    include_contributing_factors: bool = True


class AnalyticsComparativeBody(Kept):
    """POST /dashboard/analytics/comparative."""

    analysis_type: Literal["cohort", "temporal", "ab_test", "benchmark"]
    entities: Names = []
    metrics: list[str] = Field(default=list(PER_STUDENT), min_length=1, max_length=10)
    time_range: TimeRangeBody = TimeRangeBody()
    include_statistical_tests: bool = True
    include_effect_sizes: bool = True


class ContentBody(LookingBack):
    """POST /dashboard/analytics/content-effectiveness."""

    content_ids: Names = []
    content_types: list[Literal["concept", "agent"]] = ["concept", "agent"]
    analysis_depth: Literal["basic", "standard", "comprehensive"] = "standard"
    include_recommendations: bool = True
    time_window_days: int = Field(30, ge=7, le=90)


class StatisticalOptions(BaseModel):
    """What `advanced_options` may set."""

    model_config = {"extra": "forbid"}

    clusters: int = Field(3, ge=2, le=6)
    method: Literal["kmeans", "rules"] = "kmeans"
    max_lag: int = Field(14, ge=1, le=50)
    z_threshold: float = Field(3.0, ge=1, le=10)
    iqr_factor: float = Field(1.5, ge=0.5, le=10)
    include_students: bool = True


class StatisticalBody(Kept):
    """POST /dashboard/analytics/statistical."""

    analysis_type: Literal["timeseries", "clustering", "correlation", "anomaly"]
    metrics: list[str] = Field(default=list(PER_STUDENT), min_length=1, max_length=10)
    time_range: TimeRangeBody = TimeRangeBody(preset="30d")
    granularity: Literal["1H", "6H", "1D", "1W", "1h", "6h", "1d", "1w"] = "1D"
    advanced_options: StatisticalOptions = StatisticalOptions.model_validate({})


class InsightsBody(LookingBack):
    """POST /dashboard/analytics/insights."""

    insight_types: list[Literal["performance", "engagement", "content", "risk"]] = [
        "performance", "engagement", "content", "risk",
    ]  # fmt: skip
    time_window_days: int = Field(7, ge=1, le=30)
    importance_threshold: Literal["low", "medium", "high", "critical"] = "medium"
    target_audience: Literal["educator", "administrator", "student"] = "educator"
    include_natural_language: bool = True


class TrainBody(BaseModel):
    """POST /dashboard/analytics/train-models."""

    model_types: list[PredictionType] = Field(default=["success"], min_length=1, max_length=4)
    force_retrain: bool = False


def whole_days(body: TimeRangeBody, now: int) -> TimeRange:
    """An asked range in whole days: what students' totals are made of. Raises Invalid."""
    return resolve(body.preset, body.start_date, body.end_date, now=now, finest=Grain.DAY)
