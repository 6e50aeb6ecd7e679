"""The properties of the productivity board's events, as clients send them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from belvedere.clock import END_OF_CALENDAR_MS

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Number = Annotated[float, Meta(ge=0, le=1e12)]
Money = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
EpochMs = Annotated[int, Meta(ge=0, le=END_OF_CALENDAR_MS - 1)]


class Session(msgspec.Struct):
    """One call of an assistant, as a trace tells it; several may belong to one `session_id`.

    `tokens_in` are all that were sent, those that a cache held (`cache_read_tokens`) or was given among them.
    """

    tokens_in: Count
    tokens_out: Count
    session_id: Name | None = None
    model: Name | None = None
    latency_ms: Number | None = None
    status_code: Annotated[int, Meta(ge=0, le=999)] | None = None
    accepted_flag: bool | None = None
    accepted_lines: Count | None = None
    diff_ratio: Share | None = None
    cost_usd: Money | None = None
    repo_slug: Name | None = None
    language: Name | None = None
    cache_read_tokens: Count | None = None
    cache_write_tokens: Count | None = None

    def __post_init__(self) -> None:
        """Raise ValueError on more tokens of a cache than there are."""
        if (self.cache_read_tokens or 0) + (self.cache_write_tokens or 0) > self.tokens_in:
            raise ValueError("cache_read_tokens and cache_write_tokens are parts of tokens_in, and are more than it is")


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
