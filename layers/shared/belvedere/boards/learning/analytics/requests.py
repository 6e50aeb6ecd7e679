"""What the analytics endpoints take; a field that an analysis does not use is refused."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from belvedere.boards.learning.requests import TimeRangeBody
from belvedere.bodies import Body
from belvedere.clock import DAY_MS
from belvedere.errors import Invalid
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import ceil
from belvedere.time_ranges import TimeRange, moment, resolve

MOST = 100
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=MOST)]
PredictionType = Literal["success", "engagement", "performance", "risk"]
ContentType = Literal["concept", "agent"]
InsightType = Literal["performance", "engagement", "content", "risk"]
PER_STUDENT = ("success_rate", "interaction_count", "avg_response_time")


class Kept(Body):
    """What every body may say besides: work the answer out anew; and the moment to look back from, now unless told."""

    force_refresh: bool = False


class LookingBack(Kept):
    """Bodies that ask about the time up to a moment."""

    at: str | None = Field(None, max_length=60)

    def moment(self, now: int) -> int:
        """The moment that is asked about, epoch ms: `at`, else now. Raises Invalid for one that no event can have."""
        at = moment(self.at, "at") if self.at is not None else now
        if at > now + DAY_MS:
            raise Invalid("at: is what is looked back from; it may not be more than 24 hours ahead")
        return at

    def back(self, days: int, now: int) -> TimeRange:
        """The whole days up to the moment, the one that holds it included."""
        end = ceil(self.moment(now) + 1, Grain.DAY)
        return TimeRange(end - days * DAY_MS, end)


LOOKING_AHEAD = ("horizon_days", "include_confidence_intervals", "include_contributing_factors")


class PredictiveBody(LookingBack):
    """POST /dashboard/analytics/predictive."""

    student_ids: Annotated[list[Name], Field(max_length=1_000)] | None = None
    early_warnings: bool | None = None
    prediction_type: PredictionType = "success"
    horizon_days: int = Field(7, ge=1, le=30)
    include_confidence_intervals: bool = True
    include_contributing_factors: bool = True

    @property
    def warned(self) -> bool:
        """Are early warnings asked for, rather than predictions? About everybody there is nothing else."""
        return self.student_ids is None if self.early_warnings is None else self.early_warnings

    @model_validator(mode="after")
    def _used(self) -> Self:
        """Early warnings look back only; they take the `prediction_type` that the contract always has."""
        if self.warned:
            self.refuse(LOOKING_AHEAD, "is for predictions, which take student_ids; early warnings have none")
        elif self.student_ids is None:
            raise Invalid("student_ids: are required for predictions; about everybody there are early_warnings")
        return self


COMPARED = {
    "benchmark": "a benchmark measures students against everybody",
    "temporal": "temporal measures students against themselves in the period before",
}


class AnalyticsComparativeBody(Kept):
    """POST /dashboard/analytics/comparative."""

    analysis_type: Literal["cohort", "temporal", "ab_test", "benchmark"]
    entities: Names = Field(default_factory=list)
    primary_entities: Names = Field(default_factory=list)
    comparison_entities: Names = Field(default_factory=list)
    metrics: list[str] = Field(default=list(PER_STUDENT), min_length=1, max_length=10)
    time_range: TimeRangeBody = TimeRangeBody()
    include_statistical_tests: bool = True
    include_effect_sizes: bool = True

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        """The contract's client names two lists; both together are the entities."""
        named = [*self.primary_entities, *self.comparison_entities]
        if named and self.entities and self.entities != named:
            raise Invalid("entities: contradicts primary_entities and comparison_entities; send one or the others")
        self.entities = self.entities or named
        if self.analysis_type in ("benchmark", "temporal") and self.comparison_entities:
            raise Invalid(f"comparison_entities: are for cohorts and for an ab_test; {COMPARED[self.analysis_type]}")
        if self.analysis_type == "benchmark":
            self.refuse(("include_statistical_tests", "include_effect_sizes"), "a benchmark has none; leave it out")
        return self


class ContentBody(LookingBack):
    """POST /dashboard/analytics/content-effectiveness."""

    content_ids: Names = Field(default_factory=list)
    content_types: list[ContentType] = Field(default_factory=lambda: list(get_args(ContentType)))
    analysis_depth: Literal["basic", "standard", "comprehensive"] = "standard"
    include_recommendations: bool = True
    time_window_days: int = Field(30, ge=7, le=90)


class StatisticalOptions(Body):
    """What `advanced_options` may set."""

    clusters: int = Field(3, ge=2, le=6)
    method: Literal["kmeans", "rules"] = "kmeans"
    max_lag: int = Field(14, ge=1, le=50)
    z_threshold: float = Field(3.0, ge=1, le=10)
    iqr_factor: float = Field(1.5, ge=0.5, le=10)
    include_students: bool = True


OPTIONS = {
    "timeseries": ("granularity", "max_lag"),
    "anomaly": ("granularity", "z_threshold", "iqr_factor"),
    "clustering": ("clusters", "method", "include_students"),
    "correlation": (),
}


class StatisticalBody(Kept):
    """POST /dashboard/analytics/statistical."""

    analysis_type: Literal["timeseries", "clustering", "correlation", "anomaly"]
    metrics: list[str] = Field(default=list(PER_STUDENT), min_length=1, max_length=10)
    time_range: TimeRangeBody = TimeRangeBody(preset="30d")
    granularity: Literal["1H", "6H", "1D", "1W", "1h", "6h", "1d", "1w"] = "1D"
    advanced_options: StatisticalOptions = StatisticalOptions.model_validate({})

    @model_validator(mode="after")
    def _used(self) -> Self:
        """Each analysis has options of its own."""
        used, options = OPTIONS[self.analysis_type], self.advanced_options
        unused = [name for name in StatisticalOptions.model_fields if name not in used]
        options.refuse(unused, f"is nothing that {self.analysis_type} uses", inside="advanced_options.")
        if options.method == "rules":
            options.refuse(["clusters"], "is for kmeans; rules make their own", inside="advanced_options.")
        if "granularity" not in used:
            self.refuse(["granularity"], f"{self.analysis_type} is of students over the whole range; leave it out")
        return self


class InsightsBody(LookingBack):
    """POST /dashboard/analytics/insights."""

    insight_types: list[InsightType] = Field(default_factory=lambda: list(get_args(InsightType)))
    time_window_days: int = Field(7, ge=1, le=30)
    importance_threshold: Literal["low", "medium", "high", "critical"] = "medium"
    target_audience: Literal["educator", "administrator", "student"] = "educator"
    include_natural_language: bool = True


class TrainBody(Body):
    """POST /dashboard/analytics/train-models."""

    model_types: list[PredictionType] = Field(default=["success"], min_length=1, max_length=4)
    force_retrain: bool = False


def whole_days(body: TimeRangeBody, now: int) -> TimeRange:
    """An asked range in whole days, or up to a day hours: what students' totals are made of. Raises Invalid."""
    return resolve(body.preset, body.start_date, body.end_date, now=now, finest=Grain.DAY)
