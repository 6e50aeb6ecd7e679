"""What is rolled up of a team's events, and at which grains."""

from belvedere.boards.productivity.events import CLOSED, COMMIT, OPENED, REVIEW, REWORK, SESSION
from belvedere.schema.rollup_tables import Breakdown, Grain, Measure, RollupTable

NANO = 1_000_000_000  # money is summed in whole nano-dollars
MICRO = 1_000_000  # shares and hours are summed in millionths
MICROSECONDS = 1_000  # times are summed in whole microseconds

SESSION_MEASURES = (
    Measure("accepted", "accepted_flag", code="a"),
    Measure("failed", "failed", counted=False, code="f"),
    Measure("tokens_in", "tokens_in", counted=False, code="i"),
    Measure("tokens_out", "tokens_out", counted=False, code="o"),
    Measure("cost", "cost_usd", scale=NANO, counted=False, code="c"),
    Measure("latency", "latency_ms", scale=MICROSECONDS, code="t"),
    Measure("accepted_tokens", "total_tokens", where="accepted_flag", counted=False, code="k"),
    Measure("accepted_lines", "accepted_lines", where="accepted_flag", code="l"),
    Measure("diff_ratio", "diff_ratio", scale=MICRO, code="d"),
    Measure("close_match", "close_match", counted=False, code="m"),
)
COMMIT_MEASURES = (Measure("additions", "additions", counted=False), Measure("deletions", "deletions", counted=False))
CLOSED_MEASURES = (Measure("merged", "merged", counted=False), Measure("merge_hours", "merge_hours", scale=MICRO))
REWORK_MEASURES = (Measure("within_21_days", "within_21_days", counted=False),)
REVIEW_MEASURES = (
    Measure("approved", "approved", counted=False),
    Measure("changes_requested", "changes_requested", counted=False),
)

LISTED_MEASURES = SESSION_MEASURES[1:2]
RANKED = ("cost_usd", "total_tokens")  # the exact counts of their bins tell where a page of an ordered list begins
HOURS = (Grain.HOUR, Grain.DAY)
DAYS = (Grain.DAY,)
PEOPLE = "productivity.sessions_by_user"

SESSIONS = RollupTable(
    name="productivity.sessions", event_type=SESSION, grains=HOURS, measures=SESSION_MEASURES,
    histograms=("latency_ms",), distincts=("user", "session_id"),
)  # fmt: skip
BY_MODEL = RollupTable(
    name="productivity.sessions_by_model", event_type=SESSION, dimensions=("model",), grains=DAYS,
    measures=SESSION_MEASURES, histograms=("latency_ms",), distincts=("user",), people=PEOPLE,
)  # fmt: skip
BY_REPO = RollupTable(
    name="productivity.sessions_by_repo", event_type=SESSION, dimensions=("repo_slug",), grains=DAYS,
    measures=SESSION_MEASURES, histograms=("latency_ms",), distincts=("user",), people=PEOPLE,
)  # fmt: skip
BY_REPO_AND_MODEL = RollupTable(
    name="productivity.sessions_by_repo_and_model", event_type=SESSION, dimensions=("repo_slug", "model"), grains=DAYS,
)  # fmt: skip
BY_LANGUAGE = RollupTable(
    name="productivity.sessions_by_language", event_type=SESSION, dimensions=("language",), grains=DAYS,
)  # fmt: skip
BY_USER = RollupTable(
    name=PEOPLE, event_type=SESSION, grains=DAYS, measures=SESSION_MEASURES, entity="user",
    breakdowns=(Breakdown("h", ("hour", "model")), Breakdown("r", ("repo_slug",), frozenset({"count"})),
                Breakdown("l", ("language",), frozenset({"count"}))),
)  # fmt: skip

LISTED = RollupTable(
    name="productivity.listed", event_type=SESSION, grains=HOURS, measures=LISTED_MEASURES, histograms=RANKED,
    stored=True, minutes=("count", "failed"),
)  # fmt: skip
LISTED_BY_MODEL = RollupTable(
    name="productivity.listed_by_model", event_type=SESSION, dimensions=("model",), grains=HOURS,
    measures=LISTED_MEASURES, histograms=RANKED, stored=True, minutes=("count", "failed"),
)  # fmt: skip
LISTED_BY_USER = RollupTable(
    name="productivity.listed_by_user", event_type=SESSION, grains=DAYS, measures=LISTED_MEASURES, entity="user",
    stored=True, breakdowns=(Breakdown("h", ("hour", "model")),),
)  # fmt: skip

ROLLUP_TABLES = (
    SESSIONS,
    BY_MODEL,
    BY_REPO,
    BY_REPO_AND_MODEL,
    BY_LANGUAGE,
    BY_USER,
    LISTED,
    LISTED_BY_MODEL,
    LISTED_BY_USER,
    RollupTable(name="productivity.commits", event_type=COMMIT, grains=HOURS, measures=COMMIT_MEASURES,
                distincts=("user",)),
    RollupTable(name="productivity.commits_by_repo", event_type=COMMIT, dimensions=("repo_slug",), grains=DAYS,
                measures=COMMIT_MEASURES, distincts=("user",)),
    RollupTable(name="productivity.commits_by_user", event_type=COMMIT, dimensions=("user",), grains=DAYS,
                measures=COMMIT_MEASURES, scattered=True),
    RollupTable(name="productivity.opened", event_type=OPENED, grains=DAYS),
    RollupTable(name="productivity.opened_by_repo", event_type=OPENED, dimensions=("repo_slug",), grains=DAYS),
    RollupTable(name="productivity.closed", event_type=CLOSED, grains=DAYS, measures=CLOSED_MEASURES,
                histograms=("merge_hours",)),
    RollupTable(name="productivity.closed_by_repo", event_type=CLOSED, dimensions=("repo_slug",), grains=DAYS,
                measures=CLOSED_MEASURES, histograms=("merge_hours",)),
    RollupTable(name="productivity.closed_by_user", event_type=CLOSED, dimensions=("user",), grains=DAYS,
                measures=CLOSED_MEASURES, scattered=True),
    RollupTable(name="productivity.reworks", event_type=REWORK, grains=DAYS, measures=REWORK_MEASURES),
    RollupTable(name="productivity.reworks_by_repo", event_type=REWORK, dimensions=("repo_slug",), grains=DAYS,
                measures=REWORK_MEASURES),
    RollupTable(name="productivity.reviews", event_type=REVIEW, grains=DAYS, measures=REVIEW_MEASURES),
    RollupTable(name="productivity.reviews_by_repo", event_type=REVIEW, dimensions=("repo_slug",), grains=DAYS,
                measures=REVIEW_MEASURES),
    RollupTable(name="productivity.reviews_by_user", event_type=REVIEW, dimensions=("user",), grains=DAYS,
                measures=REVIEW_MEASURES, scattered=True),
)  # fmt: skip
