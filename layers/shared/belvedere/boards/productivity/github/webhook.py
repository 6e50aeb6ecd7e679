"""What a webhook of GitHub tells, as the events that an import of the repository would find.

Pull requests (opened, closed, reopened), pushes to branches, and reviews; anything else is ignored, and told why.
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec

from belvedere.boards.productivity.github import events as github
from belvedere.boards.productivity.github.objects import GithubReview, Number, PullRequest, PushedCommit
from belvedere.boards.productivity.properties import Name
from belvedere.errors import BadRequest, Invalid

FORM = "application/x-www-form-urlencoded"
BRANCH = "refs/heads/"
PING = "ping"
JUDGED = ("submitted", "edited", "dismissed")
UNKNOWN_CLOSING = "the closing that was undone is not known here; an import of the repository finds it"
MOST_TOLD = 10
T = TypeVar("T")
LastClosing = Callable[[str, int], datetime | None]


class GithubRepository(msgspec.Struct):
    """Where it happened."""

    full_name: Name


class PullRequestCall(msgspec.Struct):
    """Payload of `pull_request`."""

    action: str
    pull_request: PullRequest
    repository: GithubRepository


class ReviewedPull(msgspec.Struct):
    """The pull request of a review, of which only the number is read."""

    number: Number


class ReviewCall(msgspec.Struct):
    """Payload of `pull_request_review`."""

    action: str
    review: GithubReview
    pull_request: ReviewedPull
    repository: GithubRepository


class PushCall(msgspec.Struct):
    """Payload of `push`."""

    ref: str
    repository: GithubRepository
    commits: list[Any] = []  # read one by one: a bad one costs itself only


@dataclass(frozen=True)
class WebhookResult:
    """What a call tells: raw events, a closing to be remembered, and why there are none."""

    events: tuple[github.RawEvent, ...] = ()
    ignored: str | None = None
    closing: tuple[str, int, datetime] | None = None  # repository, number, when
    problems: tuple[str, ...] = ()  # of commits that cannot be read, beside others that can


def payload_of(body: bytes, content_type: str) -> Any:
    """The payload, sent as JSON or as the field `payload` of a form. Raises BadRequest."""
    if content_type.partition(";")[0].strip().lower() == FORM:
        body = parse_qs(body.decode("utf-8", "replace")).get("payload", [""])[0].encode()
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest(f"body: not valid JSON: {error}") from error


def read_webhook(event: str, payload: Any, last_closing: LastClosing) -> WebhookResult:
    """What a call of this name tells; `last_closing` knows when a pull request was closed. Raises Invalid."""
    match event:
        case "pull_request":
            return _of_pull(_read(payload, PullRequestCall), last_closing)
        case "pull_request_review":
            return _of_review(_read(payload, ReviewCall))
        case "push":
            return _of_push(_read(payload, PushCall))
    return WebhookResult() if event == PING else WebhookResult(ignored=f"'{event}' is not counted")


def _of_pull(call: PullRequestCall, last_closing: LastClosing) -> WebhookResult:
    repo, pull = call.repository.full_name, call.pull_request
    if call.action == "opened":
        return WebhookResult((github.opened(repo, pull),))
    if call.action == github.CLOSING:
        closing = github.closed(repo, pull)
        if closing is None:
            raise Invalid("pull_request.closed_at: is required of one that was closed")
        undoable = pull.closed_at if pull.merged_at is None else None  # what was merged cannot be reopened
        return WebhookResult((closing,), closing=(repo, pull.number, undoable) if undoable else None)
    if call.action == github.REOPENING:
        return _of_reopening(repo, pull, last_closing(repo, pull.number))
    return WebhookResult(ignored=f"'{call.action}' of a pull request is not counted")


def _of_reopening(repo: str, pull: PullRequest, closed_at: datetime | None) -> WebhookResult:
    """The rework of the closing before; a call that comes again after the next closing is told nothing."""
    if pull.updated_at is None:
        raise Invalid("pull_request.updated_at: is required of one that was reopened")
    if closed_at is None or closed_at > pull.updated_at:
        return WebhookResult(ignored=UNKNOWN_CLOSING)
    return WebhookResult((github.reworked(repo, pull, closed_at, pull.updated_at),))


def _of_review(call: ReviewCall) -> WebhookResult:
    review = github.reviewed(call.repository.full_name, call.pull_request.number, call.review)
    if call.action not in JUDGED or review is None:
        return WebhookResult(ignored=f"'{call.action}' of a review is not counted")
    return WebhookResult((review,))


def _of_push(call: PushCall) -> WebhookResult:
    if not call.ref.startswith(BRANCH):
        return WebhookResult(ignored=f"{call.ref} is not a branch")
    commits, problems = list[github.RawEvent](), list[str]()
    for number, commit in enumerate(call.commits):
        try:
            commits.append(github.pushed(call.repository.full_name, _read(commit, PushedCommit)))
        except Invalid as error:
            problems.append(f"commits[{number}].{error.detail}")
    if problems and not commits:
        raise Invalid("; ".join(problems[:MOST_TOLD]))
    ignored = None if commits else "a push without commits"
    return WebhookResult(tuple(commits), ignored=ignored, problems=tuple(problems))


def _read(payload: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).replace("`", "").partition(" - at ")
        raise Invalid(f"{path.strip('$. ') or 'body'}: {problem[0].lower()}{problem[1:]}") from error
