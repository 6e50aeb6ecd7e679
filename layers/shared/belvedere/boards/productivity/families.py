"""What is rolled up of a team's events, and at which grains."""

from belvedere.boards.base.families import Cells, Family, Grain, Sum
from belvedere.boards.productivity.events import CLOSED, COMMIT, OPENED, REVIEW, REWORK, SESSION

NANO = 1_000_000_000  # money is summed in whole nano-dollars
MICRO = 1_000_000  # shares and hours are summed in millionths
MICROSECONDS = 1_000  # times are summed in whole microseconds

SESSION_SUMS = (
    Sum("accepted", "accepted_flag", code="a"),
    Sum("failed", "failed", counted=False, code="f"),
    Sum("tokens_in", "tokens_in", counted=False, code="i"),
    Sum("tokens_out", "tokens_out", counted=False, code="o"),
    Sum("cost", "cost_usd", scale=NANO, counted=False, code="c"),
    Sum("latency", "latency_ms", scale=MICROSECONDS, code="t"),
    Sum("accepted_tokens", "total_tokens", where="accepted_flag", counted=False, code="k"),
    Sum("accepted_lines", "accepted_lines", where="accepted_flag", code="l"),
    Sum("diff_ratio", "diff_ratio", scale=MICRO, code="d"),
    Sum("close_match", "close_match", counted=False, code="m"),
)
COMMIT_SUMS = (Sum("additions", "additions", counted=False), Sum("deletions", "deletions", counted=False))
CLOSED_SUMS = (Sum("merged", "merged", counted=False), Sum("merge_hours", "merge_hours", scale=MICRO))
REWORK_SUMS = (Sum("within_21_days", "within_21_days", counted=False),)
REVIEW_SUMS = (Sum("approved", "approved", counted=False), Sum("changes_requested", "changes_requested", counted=False))

LISTED_SUMS = SESSION_SUMS[1:2]
RANKED = ("cost_usd", "total_tokens")  # the exact counts of their bins tell where a page of an ordered list begins
HOURS = (Grain.HOUR, Grain.DAY)
DAYS = (Grain.DAY,)
PEOPLE = "productivity.sessions_by_user"

SESSIONS = Family(
    name="productivity.sessions", event_type=SESSION, grains=HOURS, sums=SESSION_SUMS,
    histograms=("latency_ms",), distincts=("user", "session_id"),
)  # fmt: skip
BY_MODEL = Family(
    name="productivity.sessions_by_model", event_type=SESSION, dimensions=("model",), grains=DAYS, sums=SESSION_SUMS,
    histograms=("latency_ms",), distincts=("user",), people=PEOPLE,
)  # fmt: skip
BY_REPO = Family(
    name="productivity.sessions_by_repo", event_type=SESSION, dimensions=("repo_slug",), grains=DAYS,
    sums=SESSION_SUMS, histograms=("latency_ms",), distincts=("user",), people=PEOPLE,
)  # fmt: skip
BY_REPO_AND_MODEL = Family(
    name="productivity.sessions_by_repo_and_model", event_type=SESSION, dimensions=("repo_slug", "model"), grains=DAYS,
)  # fmt: skip
BY_LANGUAGE = Family(
    name="productivity.sessions_by_language", event_type=SESSION, dimensions=("language",), grains=DAYS,
)  # fmt: skip
BY_USER = Family(
    name=PEOPLE, event_type=SESSION, grains=DAYS, sums=SESSION_SUMS, entity="user",
    cells=(Cells("h", ("hour", "model")), Cells("r", ("repo_slug",), frozenset({"count"})),
           Cells("l", ("language",), frozenset({"count"}))),
)  # fmt: skip

LISTED = Family(
    name="productivity.listed", event_type=SESSION, grains=HOURS, sums=LISTED_SUMS, histograms=RANKED, stored=True,
    minutes=("count", "failed"),
)  # fmt: skip
LISTED_BY_MODEL = Family(
    name="productivity.listed_by_model", event_type=SESSION, dimensions=("model",), grains=HOURS, sums=LISTED_SUMS,
    histograms=RANKED, stored=True, minutes=("count", "failed"),
)  # fmt: skip
LISTED_BY_USER = Family(
    name="productivity.listed_by_user", event_type=SESSION, grains=DAYS, sums=LISTED_SUMS, entity="user", stored=True,
    cells=(Cells("h", ("hour", "model")),),
)  # fmt: skip

FAMILIES = (
    SESSIONS,
    BY_MODEL,
    BY_REPO,
    BY_REPO_AND_MODEL,
    BY_LANGUAGE,
    BY_USER,
    LISTED,
    LISTED_BY_MODEL,
    LISTED_BY_USER,
    Family(name="productivity.commits", event_type=COMMIT, grains=HOURS, sums=COMMIT_SUMS, distincts=("user",)),
    Family(name="productivity.commits_by_repo", event_type=COMMIT, dimensions=("repo_slug",), grains=DAYS,
           sums=COMMIT_SUMS, distincts=("user",)),
    Family(name="productivity.commits_by_user", event_type=COMMIT, dimensions=("user",), grains=DAYS, sums=COMMIT_SUMS,
           scattered=True),
    Family(name="productivity.opened", event_type=OPENED, grains=DAYS),
    Family(name="productivity.opened_by_repo", event_type=OPENED, dimensions=("repo_slug",), grains=DAYS),
    Family(name="productivity.closed", event_type=CLOSED, grains=DAYS, sums=CLOSED_SUMS, histograms=("merge_hours",)),
    Family(name="productivity.closed_by_repo", event_type=CLOSED, dimensions=("repo_slug",), grains=DAYS,
           sums=CLOSED_SUMS, histograms=("merge_hours",)),
    Family(name="productivity.closed_by_user", event_type=CLOSED, dimensions=("user",), grains=DAYS, sums=CLOSED_SUMS,
           scattered=True),
    Family(name="productivity.reworks", event_type=REWORK, grains=DAYS, sums=REWORK_SUMS),
    Family(name="productivity.reworks_by_repo", event_type=REWORK, dimensions=("repo_slug",), grains=DAYS,
           sums=REWORK_SUMS),
    Family(name="productivity.reviews", event_type=REVIEW, grains=DAYS, sums=REVIEW_SUMS),
    Family(name="productivity.reviews_by_repo", event_type=REVIEW, dimensions=("repo_slug",), grains=DAYS,
           sums=REVIEW_SUMS),
    Family(name="productivity.reviews_by_user", event_type=REVIEW, dimensions=("user",), grains=DAYS,
           sums=REVIEW_SUMS, scattered=True),
)  # fmt: skip
