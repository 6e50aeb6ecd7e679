"""POST /v1/webhooks/github/{workspace}: signed calls become an import's events; nothing else gets in."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from belvedere.auth.webhooks import MASTER, derived, signature
from belvedere.boards.productivity.github import events as github
from belvedere.boards.productivity.github.objects import GithubReview, IssueEvent, ListedCommit, PullRequest
from belvedere.boards.productivity.github.webhook import UNKNOWN_CLOSING
from belvedere.clock import DAY_MS
from belvedere.settings import DEVELOPMENT_SECRET
from belvedere.storage.keys.state import closing_key
from belvedere.storage.tables import tables
from tests.contract.productivity.github import PING, REPO, commit, pull_request, push, review
from tests.contract.shapes import assert_refused
from tests.unit.http.lambda_requests import request
from tests.worlds.served import Served

Json = dict[str, Any]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SECRET = derived(DEVELOPMENT_SECRET, "demo")
CLOSED = pull_request("closed", state="closed", closed_at="2024-01-05T09:00:00Z", updated_at="2024-01-05T09:00:00Z")
MERGED = pull_request(
    "closed", number=10, state="closed", merged=True, closed_at="2024-01-01T20:00:00Z",
    merged_at="2024-01-01T20:00:00Z", created_at="2024-01-01T10:00:00Z", updated_at="2024-01-01T20:00:00Z",
)  # fmt: skip


def call(
    served: Served, event: str | None, payload: Any, *, workspace: str = "demo", secret: str = SECRET, kind: str = JSON,
    **headers: str,
) -> httpx.Response:  # fmt: skip
    """A call as GitHub makes it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    if kind == FORM:
        body = urlencode({"payload": body.decode()}).encode()
    sent = {"Content-Type": kind, "X-Hub-Signature-256": signature(secret, body), "X-GitHub-Delivery": "d-1"}
    sent |= {"X-GitHub-Event": event} if event else {}
    url = f"/v1/webhooks/github/{workspace}"
    return served.ask("POST", url, key="", content=body, headers={**sent, **headers})


def results(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(result["id"].removeprefix(REPO), result["result"]) for result in answer.json()["results"]]


def stored(served: Served, event_type: str, day: str) -> dict[str, Json]:
    """The events of a day by id, as they are kept."""
    items = tables("demo").events.query(f"demo#productivity.{event_type}#{day}#0")
    return {(body := json.loads(str(item["body"])))["id"]: body for item in items}


def test_a_ping_is_answered_and_counts_nothing(served: Served) -> None:
    answer = call(served, "ping", PING)
    assert (answer.status_code, answer.json()["event"], answer.json()["results"]) == (200, "ping", [])
    assert answer.json()["ignored"] is None


def test_a_pull_request_is_opened_and_merged(served: Served) -> None:
    opened = pull_request("opened", number=10, created_at="2024-01-01T10:00:00Z")
    assert results(call(served, "pull_request", opened)) == [("#10:opened", "accepted")]
    assert results(call(served, "pull_request", MERGED)) == [("#10:closed", "accepted")]
    kept = stored(served, "pull_request_closed", "2024-01-01")[f"{REPO}#10:closed"]
    assert (kept["user"], kept["properties"]["merged"], kept["properties"]["merge_hours"]) == ("dev-2", True, 10.0)


@pytest.mark.parametrize("kind", [JSON, FORM, f"{JSON}; charset=utf-8"])
def test_a_call_that_comes_again_is_a_duplicate_in_either_form(served: Served, kind: str) -> None:
    call(served, "pull_request", MERGED)
    assert results(call(served, "pull_request", MERGED, kind=kind)) == [("#10:closed", "duplicate")]


def test_calls_and_an_import_of_the_same_things_meet(served: Served) -> None:
    """The listings' objects have more fields in places and fewer in others; the events are the same."""
    listed = msgspec.convert(MERGED["pull_request"], PullRequest)
    call(served, "pull_request", pull_request("opened", number=10, created_at="2024-01-01T10:00:00Z"))
    call(served, "pull_request", MERGED)
    call(served, "pull_request_review", review("submitted"))
    call(served, "push", push("refs/heads/main", commit("a")))
    by_git = {"name": "Dev Two", "email": "dev-2@example.com", "date": "2024-01-02T11:00:00Z"}
    of_commit = {"sha": "a" * 40, "author": {"login": "dev-2"}, "commit": {"author": by_git, "committer": by_git}}
    found = [
        *github.life(REPO, listed, []),
        github.reviewed(REPO, 11, msgspec.convert(review("submitted")["review"] | {"state": "APPROVED"}, GithubReview)),
        github.committed(REPO, msgspec.convert(of_commit, ListedCommit)),
    ]
    told = served.send(*(one for one in found if one))
    assert (told["duplicate"], told["accepted"], told["conflict"]) == (4, 0, 0)


def test_a_reopening_is_the_rework_of_the_closing_that_was_told_before(served: Served) -> None:
    reopened = pull_request("reopened", updated_at="2024-01-06T09:00:00Z")
    assert results(call(served, "pull_request", CLOSED)) == [("#11:closed", "accepted")]
    assert results(call(served, "pull_request", reopened)) == [("#11:rework", "accepted")]
    (kept,) = stored(served, "rework", "2024-01-05").values()
    assert kept["properties"]["within_21_days"] is True
    assert results(call(served, "pull_request", reopened)) == [("#11:rework", "duplicate")]

    again = {"closed_at": "2024-01-07T09:00:00Z", "updated_at": "2024-01-07T09:00:00Z", "state": "closed"}
    assert results(call(served, "pull_request", pull_request("closed", **again))) == [("#11:closed", "accepted")]
    assert results(call(served, "pull_request", CLOSED)) == [("#11:closed", "duplicate")]
    assert call(served, "pull_request", reopened).json()["ignored"] == UNKNOWN_CLOSING, "the second closing still holds"
    third = pull_request("reopened", updated_at="2024-01-08T09:00:00Z")
    assert results(call(served, "pull_request", third)) == [("#11:rework", "accepted")]
    assert len(stored(served, "rework", "2024-01-07")) == 1

    happened = [("closed", "05"), ("reopened", "06"), ("closed", "07"), ("reopened", "08")]
    events = [IssueEvent(name, msgspec.convert(f"2024-01-{day}T09:00:00Z", github.datetime)) for name, day in happened]
    life = list(github.life(REPO, msgspec.convert(third["pull_request"], PullRequest), events))[1:]
    assert served.send(*life)["duplicate"] == 4, "an import of its whole life adds nothing"


def test_a_reopening_of_something_that_was_closed_before_anybody_listened_is_left_to_the_import(served: Served) -> None:
    answer = call(served, "pull_request", pull_request("reopened", number=99, updated_at="2024-01-06T09:00:00Z"))
    assert (answer.status_code, answer.json()["ignored"], answer.json()["results"]) == (202, UNKNOWN_CLOSING, [])


def test_a_closing_is_remembered_a_little_longer_than_its_undoing_counts(served: Served) -> None:
    call(served, "pull_request", CLOSED)
    item = tables("demo").state.get(closing_key("demo", f"{REPO}#11"))
    assert item is not None
    assert 21 * DAY_MS < int(item["expires"]) * 1000 - int(item["closed"]) < 24 * DAY_MS


@pytest.mark.parametrize("action", ["submitted", "edited", "dismissed"])
def test_a_review_is_one_event_whatever_becomes_of_it(served: Served, action: str) -> None:
    call(served, "pull_request_review", review("submitted"))
    state = "dismissed" if action == "dismissed" else "approved"
    ((name, result),) = results(call(served, "pull_request_review", review(action, state=state)))
    assert (name, result) == ("#11:review:237895671", "conflict" if action == "dismissed" else "duplicate")
    kept = stored(served, "review", "2024-01-03")[f"{REPO}#11:review:237895671"]
    assert (kept["user"], kept["properties"]["approved"]) == ("dev-1", True)


def test_the_commits_of_a_push_are_at_their_own_time_and_their_authors(served: Served) -> None:
    pushed = push(
        "refs/heads/feature/x", commit("b"),
        commit("f", email="7+ghost@users.noreply.github.com", username=None),
    )  # fmt: skip
    assert [result for _, result in results(call(served, "push", pushed))] == ["accepted", "accepted"]
    kept = stored(served, "commit", "2024-01-02")
    assert {kept[sha * 40]["user"] for sha in "bf"} == {"dev-2", "ghost"}
    assert {kept[sha * 40]["time"] for sha in "bf"} == {1704193200000}, "noon at +01:00"


@pytest.mark.parametrize(
    ("event", "payload", "why"),
    [
        ("push", push("refs/tags/v1", commit("9")), "refs/tags/v1 is not a branch"),
        ("push", push("refs/heads/gone", deleted=True), "a push without commits"),
        ("pull_request", pull_request("labeled"), "'labeled'"),
        ("pull_request_review", review("submitted", submitted_at=None), "'submitted'"),
        ("issues", {"action": "opened", "issue": {"number": 1}}, "'issues'"),
        ("star", [], "'star'"),
    ],
)
def test_what_is_not_counted_is_202_and_told_so(served: Served, event: str, payload: Any, why: str) -> None:
    answer = call(served, event, payload)
    assert (answer.status_code, answer.json()["results"]) == (202, [])
    assert why in answer.json()["ignored"]


def test_a_commit_that_cannot_be_read_costs_itself_only(served: Served) -> None:
    odd = commit("8") | {"timestamp": "long ago"}
    answer = call(served, "push", push("refs/heads/odd", commit("6"), odd, commit("7")))
    assert results(answer) == [("6" * 40, "accepted"), ("7" * 40, "accepted")]
    (problem,) = answer.json()["problems"]
    assert problem.startswith("commits[1].timestamp: ")
    assert_refused(call(served, "push", push("refs/heads/odd", odd)), 422, "VALIDATION_ERROR", "commits[0].timestamp")


# Who may call


@pytest.mark.parametrize("given", [None, "", "sha256=", "sha256=00", "sha1=" + "0" * 40, "sha256=" + "é" * 64])
def test_without_the_right_signature_nothing_gets_in(served: Served, given: str | None) -> None:
    body = json.dumps(pull_request("opened", number=66)).encode()
    headers = {"Content-Type": JSON, "X-GitHub-Event": "pull_request"}
    sent: Any = {**headers, **({"X-Hub-Signature-256": given.encode()} if given is not None else {})}
    answer = served.ask("POST", "/v1/webhooks/github/demo", key="", content=body, headers=sent)
    assert_refused(answer, 401, "UNAUTHORIZED", "X-Hub-Signature-256")
    assert answer.headers["www-authenticate"]
    assert f"{REPO}#66:opened" not in stored(served, "pull_request_opened", "2024-01-02")


def test_the_signature_is_of_the_bytes_that_were_sent(served: Served) -> None:
    body = json.dumps(pull_request("opened", number=66)).encode()
    changed = body.replace(b"66", b"67")
    answer = call(served, "pull_request", changed, **{"X-Hub-Signature-256": signature(SECRET, body)})
    assert_refused(answer, 401, "UNAUTHORIZED")


@pytest.mark.parametrize("workspace", ["other", "nowhere"])
def test_a_workspaces_secret_opens_no_other(served: Served, workspace: str) -> None:
    served.key("read", "other")
    assert_refused(call(served, "ping", PING, workspace=workspace), 401, "UNAUTHORIZED")
    own = derived(DEVELOPMENT_SECRET, workspace)
    assert call(served, "ping", PING, workspace=workspace, secret=own).status_code == 200


def test_a_key_or_a_token_is_no_signature(served: Served) -> None:
    headers = {"X-API-Key": served.key("admin"), "X-Hub-Signature-256": ""}
    assert_refused(call(served, "ping", PING, **headers), 401, "UNAUTHORIZED")


def test_outside_development_there_is_no_secret_that_everybody_knows(served: Served) -> None:
    production = {"BELVEDERE_ENVIRONMENT": "production", "JWT_SECRET": "a-secret/of+97dice,32characters!"}
    with served.with_environment(**production):
        MASTER.forget()
        assert_refused(call(served, "ping", PING), 503, "SERVICE_UNAVAILABLE", "WEBHOOK_SECRET")
    master = "of this deployment, and of no other"
    with served.with_environment(**production, WEBHOOK_SECRET=master):
        MASTER.forget()
        assert call(served, "ping", PING).status_code == 401
        assert call(served, "ping", PING, secret=derived(master, "demo")).status_code == 200
    MASTER.forget()


# What cannot be read


@pytest.mark.parametrize(("body", "kind"), [(b"{", JSON), (b"\xff", JSON), (b"nothing", FORM)])
def test_a_body_that_is_no_json_is_400(served: Served, body: bytes, kind: str) -> None:
    headers = {"Content-Type": kind, "X-GitHub-Event": "push", "X-Hub-Signature-256": signature(SECRET, body)}
    answer = served.ask("POST", "/v1/webhooks/github/demo", key="", content=body, headers=headers)
    assert_refused(answer, 400, "BAD_REQUEST", "JSON")


def test_a_call_without_a_name_is_400(served: Served) -> None:
    assert_refused(call(served, None, PING), 400, "BAD_REQUEST", "X-GitHub-Event")


@pytest.mark.parametrize(
    ("event", "payload", "field"),
    [
        ("pull_request", [], "body"),
        ("pull_request", {"action": "opened"}, "pull_request"),
        ("pull_request", pull_request("opened", created_at="yesterday"), "pull_request.created_at"),
        ("pull_request", pull_request("closed"), "closed_at"),
        ("push", {"ref": "refs/heads/main", "repository": {}}, "repository"),
        ("pull_request", pull_request("opened", number=10**30), "pull_request.number"),
        ("pull_request", pull_request("closed", number=10**19), "pull_request.number"),
        ("push", {"ref": "refs/heads/main", "repository": {"full_name": "x" * 2_000}}, "repository.full_name"),
    ],
)
def test_a_payload_that_is_not_as_github_documents_it_is_422(
    served: Served, event: str, payload: Any, field: str
) -> None:
    assert_refused(call(served, event, payload), 422, "VALIDATION_ERROR", field)


def test_what_is_not_counted_may_hold_any_number(served: Served) -> None:
    answer = call(served, "star", {"action": 10**30, "starred_at": [10**30]})
    assert (answer.status_code, answer.json()["action"]) == (202, None)


def test_more_than_4_mib_is_413_and_less_is_taken(served: Served) -> None:
    long = PING | {"zen": "z" * 4 * 1024 * 1024}
    assert_refused(call(served, "ping", long), 413, "PAYLOAD_TOO_LARGE", "4 MiB")
    assert call(served, "ping", PING | {"zen": "z" * 3 * 1024 * 1024}).status_code == 200


def test_a_workspace_that_cannot_be_is_422(served: Served) -> None:
    assert_refused(call(served, "ping", PING, workspace="No%20Way"), 422, "VALIDATION_ERROR", "workspace")


@pytest.mark.parametrize("as_base64", [False, True])
def test_as_api_gateway_hands_it_over(served: Served, as_base64: bool) -> None:
    from productivity.github_webhook import handler

    body = urlencode({"payload": json.dumps(pull_request("opened", title="Ünïcode & more"))}).encode()
    headers = {"content-type": FORM, "x-github-event": "pull_request", "x-hub-signature-256": signature(SECRET, body)}
    event = request("/v1/webhooks/github/demo", method="POST", headers=headers, body=body, as_base64=as_base64)
    answer = handler(event, None)
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"])["results"][0]["id"] == f"{REPO}#11:opened"


def test_what_came_by_webhook_is_counted_for_its_workspace(served: Served) -> None:
    with served.with_environment(USAGE_FLUSH_S="5"):
        call(served, "push", push("refs/heads/main", commit("1"), commit("2")))
    rows = served.get("/v1/usage").json()["rows"]
    mine = [row for row in rows if row["route"] == "POST /v1/webhooks/github/{workspace}"]
    assert mine
    assert mine[0]["events"] >= 2
