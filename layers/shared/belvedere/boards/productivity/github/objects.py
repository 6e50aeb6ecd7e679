"""GitHub's objects, reduced to what is read of them: those of its listings, and those that its webhooks carry.

Read with `msgspec.convert` or a typed decoder, they raise its `ValidationError`, which names the field that is not as
GitHub documents it. Times come as ISO 8601 with an offset, to the second.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
Number = Annotated[int, Meta(ge=0, le=2**53)]


class GithubAccount(msgspec.Struct):
    """Who did it. GitHub leaves it out, or all of its fields, where it knows no account."""

    login: str | None = None


class PullRequest(msgspec.Struct):
    """A pull request as it is now: of a listing, or of a webhook's `pull_request`."""

    number: Number
    created_at: Moment
    user: GithubAccount | None = None
    closed_at: Moment | None = None
    merged_at: Moment | None = None
    updated_at: Moment | None = None


class Issue(msgspec.Struct):
    """What an issue event is about; `pull_request` is there where it is one."""

    number: Number
    pull_request: Any = None


class IssueEvent(msgspec.Struct):
    """One line of a repository's `/issues/events`."""

    event: str
    created_at: Moment
    issue: Issue | None = None
    id: Number = 0


class GithubReview(msgspec.Struct):
    """A review; one that is not submitted yet has no time."""

    id: Number
    state: str
    user: GithubAccount | None = None
    submitted_at: Moment | None = None


class Signature(msgspec.Struct):
    """Name, address and time as git keeps them; a push's also has the account's name."""

    name: str | None = None
    email: str | None = None
    date: Moment | None = None
    username: str | None = None


class GitCommit(msgspec.Struct):
    """What git itself knows of a commit."""

    author: Signature | None = None
    committer: Signature | None = None


class ListedCommit(msgspec.Struct):
    """A commit of a listing."""

    sha: str
    commit: GitCommit
    author: GithubAccount | None = None


class PushedCommit(msgspec.Struct):
    """A commit of a webhook's push."""

    id: str
    timestamp: Moment
    author: Signature | None = None
