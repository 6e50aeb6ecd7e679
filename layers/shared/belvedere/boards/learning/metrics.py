"""The learning board's metrics; docs/metrics.md gives each formula and its source."""

from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.rollup_tables import RESPONSE_TIME_SCALE
from belvedere.schema.metrics import Metric, Totals, count, distinct, quantile, ratio, total


def failure_time(totals: Totals) -> float | None:
    """All times without those of successes, over as many."""
    counted = totals.counters
    number = counted.get("response_time_n", 0) - counted.get("success_time_n", 0)
    spent = counted.get("response_time", 0) - counted.get("success_time", 0)
    return spent / number / RESPONSE_TIME_SCALE if number else None


METRICS: tuple[Metric, ...] = (
    count("interaction_count", INTERACTION, doc="Interactions in the range."),
    count("successful_interactions", INTERACTION, "success", doc="Interactions that went well."),
    ratio("success_rate", INTERACTION, "success", "count", unit="ratio", doc="Successful over all interactions."),
    ratio(
        "avg_response_time", INTERACTION, "response_time", "response_time_n", scale=RESPONSE_TIME_SCALE, unit="ms",
        doc="Mean execution time of the interactions that report one.",
    ),
    count("response_time_count", INTERACTION, "response_time_n", doc="Interactions that report an execution time."),
    total(
        "total_response_time", INTERACTION, "response_time", "response_time_n", scale=RESPONSE_TIME_SCALE, unit="ms",
        doc="Execution times added up.",
    ),
    ratio(
        "avg_success_time", INTERACTION, "success_time", "success_time_n", scale=RESPONSE_TIME_SCALE, unit="ms",
        doc="Mean execution time of the successful interactions that report one.",
    ),
    Metric(
        name="avg_failure_time", unit="ms", event_type=INTERACTION,
        counters=("response_time", "success_time", "response_time_n", "success_time_n"), finish=failure_time,
        doc="Mean execution time of the other interactions that report one.",
    ),
    quantile("min_response_time", INTERACTION, "execution_time_ms", 0.0, unit="ms", doc="Shortest, within 1 %."),
    quantile("max_response_time", INTERACTION, "execution_time_ms", 1.0, unit="ms", doc="Longest, within 1 %."),
    quantile("p50_response_time", INTERACTION, "execution_time_ms", 0.50, unit="ms", doc="Median execution time."),
    quantile("p95_response_time", INTERACTION, "execution_time_ms", 0.95, unit="ms", doc="Its 95th percentile."),
    distinct("unique_users", INTERACTION, "user", doc="Users with at least one interaction."),
    count("hint_count", HINT, doc="Hints opened."),
)  # fmt: skip
