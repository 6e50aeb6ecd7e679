"""GitHub's objects become the same events, whether a listing or a webhook tells them."""

from typing import Any, TypeVar

import msgspec
import pytest

from belvedere.boards.productivity.github import events as github
from belvedere.boards.productivity.github.objects import (
    GithubReview,
    IssueEvent,
    ListedCommit,
    PullRequest,
    PushedCommit,
)
from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import EventContent
from belvedere.ingest.parse import parse

REPO = "octo/lens"
NOW = 1_767_225_600_000  # 2026-01-01
T = TypeVar("T")


def of(kind: type[T], **fields: Any) -> T:
    return msgspec.convert(fields, kind)


def pull(**fields: Any) -> PullRequest:
    told = {"number": 7, "title": "Mend it", "user": {"login": "ada", "id": 1}, "created_at": "2025-03-01T10:00:00Z"}
    return of(PullRequest, **told | fields)


def happened(*what: str) -> list[IssueEvent]:
    """`closed 2025-03-02T10:00:00Z` and so on."""
    told = [one.split() for one in what]
    return [of(IssueEvent, event=name, created_at=time, issue={"number": 7}) for name, time in told]


def taken(event: dict[str, Any]) -> EventContent:
    """The event as the door takes it."""
    return parse(msgspec.json.encode(event), "demo", NOW)


def test_an_open_pull_request_was_opened_and_no_more() -> None:
    assert list(github.life(REPO, pull(), [])) == [
        {
            "id": "octo/lens#7:opened",
            "type": "productivity.pull_request_opened",
            "time": "2025-03-01T10:00:00Z",
            "user": "ada",
            "properties": {"number": 7, "repo_slug": REPO},
        }
    ]


def test_a_merged_one_was_closed_at_its_merging() -> None:
    merged = pull(merged_at="2025-03-01T20:00:00Z", closed_at="2025-03-01T20:00:01Z")
    closing = github.closed(REPO, merged)
    assert closing is not None
    assert (closing["id"], closing["time"]) == ("octo/lens#7:closed", "2025-03-01T20:00:00Z")
    assert closing["properties"] == {"number": 7, "repo_slug": REPO, "merged": True, "created_at": 1740823200000}
    stored = CATALOG.event_types[closing["type"]].enrich
    assert stored is not None
    assert stored(closing["properties"], taken(closing).time)["merge_hours"] == 10.0


def test_every_closing_and_its_undoing_is_told_at_the_closings_time() -> None:
    events = happened(
        "reopened 2025-03-03T10:00:00Z", "closed 2025-03-02T10:00:00Z", "labeled 2025-03-02T12:00:00Z",
        "closed 2025-03-04T10:00:00Z",
    )  # fmt: skip
    told = list(github.life(REPO, pull(closed_at="2025-03-04T10:00:00Z"), events))
    assert [(one["id"].rpartition(":")[2], one["time"]) for one in told] == [
        ("opened", "2025-03-01T10:00:00Z"),
        ("closed", "2025-03-02T10:00:00Z"),
        ("rework", "2025-03-02T10:00:00Z"),
        ("closed", "2025-03-04T10:00:00Z"),
    ]
    assert told[2]["properties"]["reopened_at"] - taken(told[2]).time == 86_400_000
    assert [one["properties"].get("merged") for one in told] == [None, False, None, False]


def test_one_that_is_open_again_has_no_closing_but_the_one_that_was_undone() -> None:
    told = github.life(REPO, pull(), happened("closed 2025-03-02T10:00:00Z", "reopened 2025-03-03T10:00:00Z"))
    assert [one["id"].rpartition(":")[2] for one in told] == ["opened", "closed", "rework"]


def test_a_webhook_that_knows_both_times_tells_the_same_rework() -> None:
    events = happened("closed 2025-03-02T10:00:00Z", "reopened 2025-03-03T10:00:00Z")
    listed = list(github.life(REPO, pull(), events))[2]
    assert github.reworked(REPO, pull(), events[0].created_at, events[1].created_at) == listed


def test_a_review_is_known_by_its_id_and_its_state_is_in_lower_case() -> None:
    listed = of(GithubReview, id=80, state="APPROVED", user={"login": "bob"}, submitted_at="2025-03-01T12:00:00Z")
    called = of(GithubReview, id=80, state="approved", user={"login": "bob"}, submitted_at="2025-03-01T12:00:00Z")
    told = github.reviewed(REPO, 7, listed)
    assert told == github.reviewed(REPO, 7, called)
    assert told is not None
    assert (told["id"], told["properties"]["state"]) == ("octo/lens#7:review:80", "approved")


def test_a_review_that_is_not_submitted_is_none_yet() -> None:
    assert github.reviewed(REPO, 7, of(GithubReview, id=80, state="PENDING", user={"login": "bob"})) is None


def test_a_commit_of_a_listing_and_of_a_push_are_one() -> None:
    author = {"name": "Ada", "email": "ada@example.org"}
    signed = {"author": author | {"date": "2025-03-01T09:00:00Z"}}
    listed = of(ListedCommit, sha="a" * 40, author={"login": "ada"}, commit=signed)
    pushed = of(PushedCommit, id="a" * 40, timestamp="2025-03-01T11:00:00+02:00", author=author | {"username": "ada"})
    told = github.committed(REPO, listed)
    assert told is not None
    assert told == github.pushed(REPO, pushed)
    assert taken(told).properties == {"sha": "a" * 40, "repo_slug": REPO}


def test_a_rebased_commit_has_its_authors_time_where_the_push_tells_it() -> None:
    author = {"username": "ada", "date": "2025-03-01T09:00:00Z"}
    pushed = of(PushedCommit, id="a" * 40, timestamp="2025-03-07T10:00:00Z", author=author)
    assert github.pushed(REPO, pushed)["time"] == "2025-03-01T09:00:00Z"


def test_a_commit_without_an_author_has_the_committers_time_and_without_either_is_none() -> None:
    committer = {"committer": {"date": "2025-03-01T09:00:00Z"}, "author": None}
    told = github.committed(REPO, of(ListedCommit, sha="b" * 40, author={}, commit=committer))
    assert told is not None
    assert (told["time"], "user" in told) == ("2025-03-01T09:00:00Z", False)
    assert github.committed(REPO, of(ListedCommit, sha="b" * 40, commit={})) is None


@pytest.mark.parametrize(
    ("name", "email", "known_as"),
    [
        ("Ada", "12345+ada@users.noreply.github.com", "ada"),
        ("Ada", "ada@users.noreply.github.com", "ada"),
        ("Ada", "ada@example.org", "ada@example.org"),
        ("Ada", "", "Ada"),
        (None, None, None),
    ],
)
def test_a_signature_is_an_account_an_address_or_a_name(
    name: str | None, email: str | None, known_as: str | None
) -> None:
    assert github.developer(name, email) == known_as


def test_who_is_gone_from_github_is_nobody() -> None:
    assert "user" not in github.opened(REPO, pull(user=None))


def test_what_is_not_as_documented_is_named() -> None:
    with pytest.raises(msgspec.ValidationError, match="created_at"):
        pull(created_at="yesterday")
