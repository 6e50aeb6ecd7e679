"""What GitHub tells of pull requests, reviews and commits, as events: the same ones whether it was asked or it called.

Both ways end in one event because its id and time are those of the thing itself, to the second, never of its telling.
An event is a raw one, in the shape of `POST /v1/events`, and is yet to be checked as such.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from belvedere.boards.productivity.events import CLOSED, COMMIT, OPENED, REVIEW, REWORK
from belvedere.boards.productivity.github.objects import (
    GithubAccount,
    GithubReview,
    IssueEvent,
    ListedCommit,
    PullRequest,
    PushedCommit,
    Signature,
)
from belvedere.clock import iso, to_ms

RawEvent = dict[str, Any]

NO_REPLY = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com", re.IGNORECASE)
CLOSING, REOPENING = "closed", "reopened"


def opened(repo: str, pull: PullRequest) -> RawEvent:
    """The opening of a pull request."""
    return _of_pull(repo, pull, OPENED, pull.created_at)


def closed(repo: str, pull: PullRequest) -> RawEvent | None:
    """Its closing, at the moment of merging if it was merged; None while it is open."""
    moment = pull.merged_at or pull.closed_at
    return _closing(repo, pull, moment, merged=pull.merged_at is not None) if moment else None


def reworked(repo: str, pull: PullRequest, closed_at: datetime, reopened_at: datetime) -> RawEvent:
    """The undoing of a closing, told at the closing's time."""
    return _of_pull(repo, pull, REWORK, closed_at, reopened_at=to_ms(reopened_at))


def life(repo: str, pull: PullRequest, happened: Iterable[IssueEvent]) -> Iterator[RawEvent]:
    """All that a pull request and its issue events tell: opening, every closing, every closing's undoing.

    The last closing is told by the pull request, the others by the events: a closing was undone if a reopening is the
    next of the two. A pull request that was merged cannot be reopened, so those that were undone were not merged.
    """
    yield opened(repo, pull)
    before: IssueEvent | None = None
    for event in sorted(happened, key=lambda event: event.created_at):
        if event.event == REOPENING and before is not None and before.event == CLOSING:
            yield _closing(repo, pull, before.created_at, merged=False)
            yield reworked(repo, pull, before.created_at, event.created_at)
        before = event if event.event in (CLOSING, REOPENING) else before
    if (last := closed(repo, pull)) is not None:
        yield last


def reviewed(repo: str, number: int, review: GithubReview) -> RawEvent | None:
    """A review of a pull request; None until it is submitted."""
    if review.submitted_at is None:
        return None
    properties = {"number": number, "repo_slug": repo, "state": review.state.lower()}
    return _event(f"{repo}#{number}:review:{review.id}", REVIEW, review.submitted_at, _login(review.user), properties)


def committed(repo: str, commit: ListedCommit) -> RawEvent | None:
    """A commit of a listing, at its author's time; None where neither author nor committer tell one."""
    author, committer = commit.commit.author or Signature(), commit.commit.committer or Signature()
    moment = author.date or committer.date
    user = _login(commit.author) or developer(author.name, author.email)
    return _event(commit.sha, COMMIT, moment, user, {"sha": commit.sha, "repo_slug": repo}) if moment else None


def pushed(repo: str, commit: PushedCommit) -> RawEvent:
    """A commit of a push, at its author's time where the push tells it apart from the commit's own."""
    author = commit.author or Signature()
    user = author.username or developer(author.name, author.email)
    return _event(commit.id, COMMIT, author.date or commit.timestamp, user, {"sha": commit.id, "repo_slug": repo})


def developer(name: str | None, email: str | None) -> str | None:
    """Who a signature is: the account that a no-reply address of GitHub names, else the address, else the name."""
    account = NO_REPLY.fullmatch(email) if email else None
    return account[1] if account else email or name or None


def _closing(repo: str, pull: PullRequest, moment: datetime, *, merged: bool) -> RawEvent:
    return _of_pull(repo, pull, CLOSED, moment, merged=merged, created_at=to_ms(pull.created_at))


def _of_pull(repo: str, pull: PullRequest, kind: str, moment: datetime, **more: Any) -> RawEvent:
    """Its id ends with what happened: `opened`, `closed` or `rework`."""
    what = kind.rpartition(".")[2].removeprefix("pull_request_")
    properties = {"number": pull.number, "repo_slug": repo, **more}
    return _event(f"{repo}#{pull.number}:{what}", kind, moment, _login(pull.user), properties)


def _event(event_id: str, kind: str, moment: datetime, user: str | None, properties: dict[str, Any]) -> RawEvent:
    """Without a `user` where nobody is known."""
    known = {"user": user} if user else {}
    return {"id": event_id, "type": kind, "time": iso(to_ms(moment)), **known, "properties": properties}


def _login(account: GithubAccount | None) -> str | None:
    return account.login if account else None
