"""What a team's tools send: traces of assistants (sessions), commits, and the lives of pull requests.

What follows from an event's own properties (its tokens together, its price, did it fail) is added at the door, so that
what is counted is what is stored. A developer is the event's `user`.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from belvedere.boards.base import EventType, Listing
from belvedere.boards.productivity.prices import priced
from belvedere.clock import DAY_MS

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Number = Annotated[float, Meta(ge=0, le=1e12)]
Share = Annotated[float, Meta(ge=0, le=1)]
EpochMs = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]

CLOSE_MATCH = 0.7  # the least diff ratio of a suggestion that was kept nearly as it was
REWORK_MS = 21 * DAY_MS
FAILED_FROM = 400
JUDGEMENTS = ("approved", "changes_requested")


class Session(msgspec.Struct):
    """One call of an assistant, as a trace tells it; several may belong to one `session_id`."""

    tokens_in: Count
    tokens_out: Count
    session_id: Name | None = None
    model: Name | None = None
    latency_ms: Number | None = None
    status_code: Annotated[int, Meta(ge=0, le=999)] | None = None
    accepted_flag: bool | None = None
    accepted_lines: Count | None = None
    diff_ratio: Share | None = None
    cost_usd: Number | None = None
    repo_slug: Name | None = None
    language: Name | None = None


class Commit(msgspec.Struct):
    """A commit, at the time its author gave it."""

    sha: Name
    repo_slug: Name | None = None
    additions: Count | None = None
    deletions: Count | None = None
    language: Name | None = None


class PullRequestOpened(msgspec.Struct):
    """A pull request was opened."""

    number: Count
    repo_slug: Name | None = None


class PullRequestClosed(msgspec.Struct):
    """A pull request was closed, `merged` or not; one that is closed twice has two of these."""

    number: Count
    merged: bool
    repo_slug: Name | None = None
    created_at: EpochMs | None = None


class Rework(msgspec.Struct):
    """A closing that was undone; `time` is that of the closing, so that both are in one bucket."""

    number: Count
    repo_slug: Name | None = None
    reopened_at: EpochMs | None = None


class Review(msgspec.Struct):
    """A review of a pull request."""

    number: Count
    repo_slug: Name | None = None
    state: Name | None = None


SESSION = "productivity.session"
COMMIT = "productivity.commit"
OPENED = "productivity.pull_request_opened"
CLOSED = "productivity.pull_request_closed"
REWORK = "productivity.rework"
REVIEW = "productivity.review"

Properties = dict[str, Any]

FOLLOWING = {"total_tokens", "cost_source", "failed", "close_match", "merge_hours", "within_21_days", *JUDGEMENTS}


def told_by_client(given: Properties) -> Properties:
    """Without what follows from the rest: nobody checks it, and it would be counted where nothing replaces it."""
    return {name: value for name, value in given.items() if name not in FOLLOWING}


def completed_session(given: Properties, time: int) -> Properties:
    """With `total_tokens`, `cost_usd` where it lacks (by the price of that day), `failed` and `close_match`."""
    tokens_in, tokens_out = given["tokens_in"], given["tokens_out"]
    added: Properties = {"total_tokens": tokens_in + tokens_out, "cost_source": "given"}
    if given.get("cost_usd") is None:
        cost, source = priced(given.get("model"), tokens_in, tokens_out, time)
        added |= {"cost_usd": cost, "cost_source": source}
    if given.get("status_code") is not None:
        added["failed"] = given["status_code"] >= FAILED_FROM
    if given.get("diff_ratio") is not None:
        added["close_match"] = given["diff_ratio"] >= CLOSE_MATCH
    return told_by_client(given) | added


def completed_closing(given: Properties, time: int) -> Properties:
    """With `merge_hours`, from opening to merging, where it was merged and the opening is known."""
    opened, kept = given.get("created_at"), told_by_client(given)
    if not given["merged"] or opened is None:
        return kept
    return kept | {"merge_hours": max(0, time - opened) / 3_600_000}


def completed_rework(given: Properties, time: int) -> Properties:
    """With `within_21_days`; an undoing at an unknown time is taken for one."""
    reopened = given.get("reopened_at")
    return told_by_client(given) | {"within_21_days": reopened is None or reopened - time <= REWORK_MS}


def completed_review(given: Properties, _: int) -> Properties:
    """With `approved` and `changes_requested`, where the state is known."""
    state, kept = given.get("state"), told_by_client(given)
    return kept if state is None else kept | {name: state.lower() == name for name in JUDGEMENTS}


SESSION_TOLD = ("session_id", "model", "tokens_in", "tokens_out", "latency_ms", "status_code", "accepted_flag",
                "accepted_lines", "diff_ratio", "cost_usd", "repo_slug", "language")  # fmt: skip
PULL_REQUEST_TOLD = ("number", "repo_slug")

SESSION_LISTED = Listing(
    shows=("session_id", "model", "tokens_in", "tokens_out", "total_tokens", "latency_ms", "status_code", "failed",
           "accepted_flag", "accepted_lines", "diff_ratio", "cost_usd", "repo_slug"),
    orders=("cost_usd", "total_tokens"),
    group="session_id",
)  # fmt: skip

EVENT_TYPES = (
    EventType(name=SESSION, properties=Session, complete=completed_session, told=SESSION_TOLD, listed=SESSION_LISTED),
    EventType(name=COMMIT, properties=Commit, told=("sha", "repo_slug", "additions", "deletions")),
    EventType(name=OPENED, properties=PullRequestOpened, told=PULL_REQUEST_TOLD),
    EventType(name=CLOSED, properties=PullRequestClosed, complete=completed_closing,
              told=(*PULL_REQUEST_TOLD, "merged")),
    EventType(name=REWORK, properties=Rework, complete=completed_rework, told=PULL_REQUEST_TOLD),
    EventType(name=REVIEW, properties=Review, complete=completed_review, told=(*PULL_REQUEST_TOLD, "state")),
)  # fmt: skip
