"""What a team's tools send: traces of assistants (sessions), commits, and the lives of pull requests.

A developer is the event's `user`.
"""

from belvedere.boards.productivity import enrichment
from belvedere.boards.productivity.properties import (
    Commit,
    PullRequestClosed,
    PullRequestOpened,
    Review,
    Rework,
    Session,
)
from belvedere.schema.board import EventType, Listing

BOARD_NAME = "productivity"
SESSION = "productivity.session"
COMMIT = "productivity.commit"
OPENED = "productivity.pull_request_opened"
CLOSED = "productivity.pull_request_closed"
REWORK = "productivity.rework"
REVIEW = "productivity.review"

SESSION_LIVE = ("session_id", "model", "tokens_in", "tokens_out", "latency_ms", "status_code", "accepted_flag",
                "accepted_lines", "diff_ratio", "cost_usd", "repo_slug", "language")  # fmt: skip
SESSION_IDENTIFYING = ("session_id",)  # some tools make it of a person's name
PULL_REQUEST_LIVE = ("number", "repo_slug")
COMMIT_LABELS = frozenset({"repo_slug"})  # a fork, and the repository under another name, have the very same commits

SESSION_LISTED = Listing(
    shows=("session_id", "model", "tokens_in", "tokens_out", "total_tokens", "latency_ms", "status_code", "failed",
           "accepted_flag", "accepted_lines", "diff_ratio", "cost_usd", "repo_slug"),
    orders=("cost_usd", "total_tokens"),
    group="session_id",
)  # fmt: skip

EVENT_TYPES = (
    EventType(name=SESSION, properties=Session, enrich=enrichment.enrich_session,
              stored_schema=enrichment.StoredSession, live_fields=SESSION_LIVE, identifying_fields=SESSION_IDENTIFYING,
              listed=SESSION_LISTED),
    EventType(name=COMMIT, properties=Commit, live_fields=("sha", "repo_slug", "additions", "deletions"),
              labels=COMMIT_LABELS),
    EventType(name=OPENED, properties=PullRequestOpened, live_fields=PULL_REQUEST_LIVE),
    EventType(name=CLOSED, properties=PullRequestClosed, enrich=enrichment.enrich_closing,
              stored_schema=enrichment.StoredClosing, live_fields=(*PULL_REQUEST_LIVE, "merged")),
    EventType(name=REWORK, properties=Rework, enrich=enrichment.enrich_rework,
              stored_schema=enrichment.StoredRework, live_fields=PULL_REQUEST_LIVE),
    EventType(name=REVIEW, properties=Review, enrich=enrichment.enrich_review,
              stored_schema=enrichment.StoredReview, live_fields=(*PULL_REQUEST_LIVE, "state")),
)  # fmt: skip
