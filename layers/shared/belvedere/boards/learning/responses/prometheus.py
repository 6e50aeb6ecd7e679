"""The board's documented Prometheus metrics, of what every process has counted for a workspace."""

from collections import Counter
from collections.abc import Iterator, Mapping

from belvedere.cache.stats import Hits
from belvedere.usage.exposition import Family, Sample, buckets
from belvedere.usage.notes import ANSWERED, BUCKETS_S, WORKED_OUT, numbers, seconds

PREFIX = "/dashboard/"
KEPT = ("memory", "table", "stale")  # answers that were not worked out for the request
DATA_TYPES = {
    "/dashboard/summary": "dashboard_summary",
    "/dashboard/timeseries": "timeseries",
    "/dashboard/aggregation": "aggregation",
    "/dashboard/student-insights": "student_insights",
    "/dashboard/student-insights/{user_id}": "student_insights",
    "/dashboard/class-overview": "class_overview",
    "/dashboard/mock/student-progress": "mock",
    "/dashboard/mock/class-analytics": "mock",
}
AGGREGATIONS = {
    "/dashboard/timeseries": "timeseries",
    "/dashboard/aggregation": "grouped",
    "/dashboard/comparative": "comparative",
}
Totals = Mapping[str, Counter[str]]


def series(counted: Totals, hits: Hits, websockets: int) -> Iterator[Family]:
    """The five documented metrics; `counted` is by route (`GET /dashboard/summary`)."""
    by_path = of_the_board(counted)
    yield Family("dashboard_requests_total", "counter", "Requests by endpoint and cache status.",
                 [sample for path, counts in by_path.items() for sample in _requests(path, counts)])  # fmt: skip
    yield Family("dashboard_response_seconds", "histogram", "Time to answer a request.",
                 [sample for path, counts in by_path.items() for sample in _answered(path, counts)])  # fmt: skip
    rates = {"memory": hits.memory_hit_rate, "redis": hits.table_hit_rate, "multi": hits.hit_rate}
    yield Family("dashboard_cache_hit_rate", "gauge", "Share of questions that a cache layer answered, of two days.",
                 [("", {"cache_layer": layer}, _number(rate)) for layer, rate in rates.items()])  # fmt: skip
    yield Family("dashboard_websockets_active", "gauge", "Open WebSocket connections.", [("", {}, websockets)])
    yield Family("dashboard_aggregation_seconds", "histogram", "Time to work an aggregation out from the rollups.",
                 [sample for path, kind in AGGREGATIONS.items()
                  for sample in _worked_out(kind, by_path.get(path, Counter()))])  # fmt: skip


def of_the_board(counted: Totals) -> dict[str, Counter[str]]:
    """What was counted of the board's own paths, in order."""
    by_path: dict[str, Counter[str]] = {}
    for route in sorted(counted):
        path = route.rpartition(" ")[2]
        if path.startswith(PREFIX):
            by_path.setdefault(path, Counter()).update(counted[route])
    return by_path


def _requests(path: str, counts: Counter[str]) -> Iterator[Sample]:
    hit = sum(counts[name] for name in KEPT)
    for status, number in (("hit", hit), ("miss", counts["requests"] - hit)):
        yield "", {"endpoint": path, "cache_status": status}, number


def _answered(path: str, counts: Counter[str]) -> Iterator[Sample]:
    labels = {"endpoint": path, "data_type": DATA_TYPES.get(path, "default")}
    yield from buckets(labels, BUCKETS_S, numbers(counts, ANSWERED), seconds(counts, ANSWERED))


def _worked_out(kind: str, counts: Counter[str]) -> Iterator[Sample]:
    labels = {"aggregation_type": kind}
    yield from buckets(labels, BUCKETS_S, numbers(counts, WORKED_OUT), seconds(counts, WORKED_OUT))


def _number(rate: float | None) -> float:
    return float("nan") if rate is None else rate
