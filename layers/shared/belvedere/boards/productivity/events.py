"""What a team's tools send: traces of assistants (sessions), commits, and the lives of pull requests.

A developer is the event's `user`.
"""

from belvedere.boards.base.board import EventType, Listing
from belvedere.boards.productivity import completed
from belvedere.boards.productivity.properties import (
    Commit,
    PullRequestClosed,
    PullRequestOpened,
    Review,
    Rework,
    Session,
)

SESSION = "productivity.session"
COMMIT = "productivity.commit"
OPENED = "productivity.pull_request_opened"
CLOSED = "productivity.pull_request_closed"
REWORK = "productivity.rework"
REVIEW = "productivity.review"

SESSION_TOLD = ("session_id", "model", "tokens_in", "tokens_out", "latency_ms", "status_code", "accepted_flag",
                "accepted_lines", "diff_ratio", "cost_usd", "repo_slug", "language")  # fmt: skip
SESSION_TELLING = ("session_id",)  # some tools make it of a person's name
PULL_REQUEST_TOLD = ("number", "repo_slug")
COMMIT_LABELS = frozenset({"repo_slug"})  # a fork, and the repository under another name, have the very same commits

SESSION_LISTED = Listing(
    shows=("session_id", "model", "tokens_in", "tokens_out", "total_tokens", "latency_ms", "status_code", "failed",
           "accepted_flag", "accepted_lines", "diff_ratio", "cost_usd", "repo_slug"),
    orders=("cost_usd", "total_tokens"),
    group="session_id",
)  # fmt: skip

EVENT_TYPES = (
    EventType(name=SESSION, properties=Session, complete=completed.completed_session,
              completed=completed.CompletedSession, told=SESSION_TOLD, telling=SESSION_TELLING,
              listed=SESSION_LISTED),
    EventType(name=COMMIT, properties=Commit, told=("sha", "repo_slug", "additions", "deletions"),
              labels=COMMIT_LABELS),
    EventType(name=OPENED, properties=PullRequestOpened, told=PULL_REQUEST_TOLD),
    EventType(name=CLOSED, properties=PullRequestClosed, complete=completed.completed_closing,
              completed=completed.CompletedClosing, told=(*PULL_REQUEST_TOLD, "merged")),
    EventType(name=REWORK, properties=Rework, complete=completed.completed_rework,
              completed=completed.CompletedRework, told=PULL_REQUEST_TOLD),
    EventType(name=REVIEW, properties=Review, complete=completed.completed_review,
              completed=completed.CompletedReview, told=(*PULL_REQUEST_TOLD, "state")),
)  # fmt: skip
