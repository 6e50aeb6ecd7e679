"""The productivity board's metrics; docs/metrics.md gives each formula and its source."""

from belvedere.boards.productivity.events import CLOSED, COMMIT, OPENED, REVIEW, REWORK, SESSION
from belvedere.boards.productivity.rollup_tables import MICRO, MICROSECONDS, NANO
from belvedere.schema.metrics import Metric, Totals, count, distinct, quantile, ratio, total


def _cost(totals: Totals) -> float | None:
    """All money of the sessions; null where there were none."""
    return totals.counters.get("cost", 0) / NANO if totals.counters.get("count") else None


def _tokens(totals: Totals) -> int:
    return totals.counters.get("tokens_in", 0) + totals.counters.get("tokens_out", 0)


METRICS: tuple[Metric, ...] = (
    count("session_count", SESSION, doc="Sessions in the range."),
    count("accepted_sessions", SESSION, "accepted", doc="Sessions whose suggestion was accepted."),
    count("tracked_sessions", SESSION, "accepted_n", doc="Sessions that tell whether it was accepted."),
    ratio("acceptance_rate", SESSION, "accepted", "accepted_n", unit="ratio", doc="Accepted over tracked sessions."),
    count("failed_sessions", SESSION, "failed", doc="Sessions with a status of 400 or more."),
    ratio("error_rate", SESSION, "failed", "count", unit="ratio",
          doc="Failed over all sessions; one without a status did not fail."),
    count("tokens_in", SESSION, "tokens_in", unit="token", doc="Tokens sent."),
    count("tokens_out", SESSION, "tokens_out", unit="token", doc="Tokens received."),
    Metric(name="total_tokens", unit="token", event_type=SESSION, counters=("tokens_in", "tokens_out"),
           finish=_tokens, empty=0, doc="Both together."),
    Metric(name="total_cost", unit="USD", event_type=SESSION, counters=("cost", "count"), finish=_cost,
           doc="What the sessions cost."),
    ratio("avg_cost", SESSION, "cost", "count", scale=NANO, unit="USD", doc="What a session costs."),
    count("timed_sessions", SESSION, "latency_n", doc="Sessions whose latency is known."),
    ratio("avg_latency", SESSION, "latency", "latency_n", scale=MICROSECONDS, unit="ms", doc="Mean latency."),
    quantile("p50_latency", SESSION, "latency_ms", 0.50, unit="ms", doc="Median latency, within 1 %."),
    quantile("p95_latency", SESSION, "latency_ms", 0.95, unit="ms", doc="Its 95th percentile, within 1 %."),
    quantile("p99_latency", SESSION, "latency_ms", 0.99, unit="ms", doc="Its 99th percentile, within 1 %."),
    count("accepted_tokens", SESSION, "accepted_tokens", unit="token", doc="Tokens of accepted sessions."),
    count("accepted_lines", SESSION, "accepted_lines", unit="line", doc="Lines that accepted sessions report."),
    count("line_counts", SESSION, "accepted_lines_n", doc="Accepted sessions that report their lines."),
    ratio("tokens_per_accept", SESSION, "accepted_tokens", "accepted", unit="token",
          doc="Tokens of accepted sessions over their number."),
    ratio("tokens_per_accepted_line", SESSION, "accepted_tokens", "accepted_lines", unit="token/line",
          doc="Tokens of accepted sessions over the lines that were accepted."),
    ratio("avg_diff_ratio", SESSION, "diff_ratio", "diff_ratio_n", scale=MICRO, unit="ratio",
          doc="Mean similarity of what was suggested and what was kept."),
    ratio("close_match_share", SESSION, "close_match", "diff_ratio_n", unit="ratio",
          doc="Share of sessions with a similarity of 0.7 or more."),
    count("diff_ratio_count", SESSION, "diff_ratio_n", doc="Sessions that report a similarity."),
    distinct("active_developers", SESSION, "user", doc="Developers with at least one session."),
    distinct("unique_sessions", SESSION, "session_id", doc="Distinct session ids."),
    count("commit_count", COMMIT, doc="Commits in the range."),
    count("lines_added", COMMIT, "additions", unit="line", doc="Lines added by commits that tell."),
    count("lines_removed", COMMIT, "deletions", unit="line", doc="Lines removed by commits that tell."),
    distinct("committers", COMMIT, "user", doc="People with at least one commit."),
    count("opened_pull_requests", OPENED, doc="Pull requests opened."),
    count("closed_pull_requests", CLOSED, doc="Closings, merged or not."),
    count("merged_pull_requests", CLOSED, "merged", doc="Pull requests merged."),
    count("timed_merges", CLOSED, "merge_hours_n", doc="Merged ones whose opening is known, and before the merging."),
    ratio("avg_merge_hours", CLOSED, "merge_hours", "merge_hours_n", scale=MICRO, unit="hour",
          doc="Mean time from opening to merging."),
    total("total_merge_hours", CLOSED, "merge_hours", "merge_hours_n", scale=MICRO, unit="hour",
          doc="These times added up."),
    quantile("p50_merge_hours", CLOSED, "merge_hours", 0.50, unit="hour", doc="Their median, within 1 %."),
    count("rework_count", REWORK, "within_21_days", doc="Closings in the range that were undone within 21 days."),
    count("undone_closings", REWORK, doc="Closings in the range that were ever undone."),
    count("review_count", REVIEW, doc="Reviews."),
    count("approvals", REVIEW, "approved", doc="Reviews that approve."),
    count("change_requests", REVIEW, "changes_requested", doc="Reviews that ask for changes."),
)  # fmt: skip
