"""An import from GitHub, against a server that speaks its API: everything once, and what is new later."""

import asyncio
import time
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.ingest.parse import parse
from belvedere_cli.errors import UsageError
from belvedere_cli.imports import github_client
from belvedere_cli.imports.github import import_repository
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Refused, Unreachable
from tests.integration.infra.github_api import Answer, FakeGitHub
from tests.unit.infra.fake_stack import FakeStack, refusal
from tests.unit.infra.test_importer import Notes

TARGET = Target("http://stack", "key")
TOKEN = "ghp_secret"


class Run:
    """What one import did."""

    def __init__(self) -> None:
        self.tally, self.notes, self.waits = ImportCounts(), Notes(), list[float]()


def imported(hub: FakeGitHub, stack: FakeStack, state: Path, source: str = "octo/lens", **how: Any) -> Run:
    """Import from the server into a stack in memory, without ever really waiting."""
    run = Run()

    async def sleep(seconds: float) -> None:
        run.waits.append(seconds)

    async def all_of_it() -> None:
        async with hub.served():
            await import_repository(
                source, stack.client(), TARGET, run.tally, run.notes, state_dir=state, api_url=hub.url, sleep=sleep,
                **{"token": TOKEN} | how,
            )  # fmt: skip

    asyncio.run(all_of_it())
    return run


@pytest.fixture(autouse=True)
def _no_token_of_mine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)


@pytest.fixture
def hub() -> FakeGitHub:
    """Five pull requests (merged; open; closed; closed, opened again, closed; closed and open again) and more."""
    hub = FakeGitHub(token=TOKEN)
    hub.pull(
        1, "2024-01-02T10:00:00Z", state="closed", closed_at="2024-01-01T10:00:00Z", merged_at="2024-01-01T10:00:00Z"
    )
    hub.pull(2, "2024-01-03T00:00:00Z")
    hub.pull(3, "2024-01-04T00:00:00Z", state="closed", closed_at="2024-01-04T00:00:00Z")
    hub.pull(4, "2024-01-09T00:00:00Z", state="closed", closed_at="2024-01-09T00:00:00Z")
    hub.pull(5, "2024-02-20T00:00:00Z", user=None)
    hub.happened(4, "closed", "2024-01-05T00:00:00Z")
    hub.happened(4, "reopened", "2024-01-06T00:00:00Z")
    hub.happened(9, "closed", "2024-01-06T00:00:00Z", pull=False)
    hub.happened(4, "closed", "2024-01-09T00:00:00Z")
    hub.happened(5, "closed", "2024-01-10T00:00:00Z")
    hub.happened(5, "labeled", "2024-01-10T01:00:00Z")
    hub.happened(5, "reopened", "2024-02-20T00:00:00Z")
    hub.reviews[1] = [
        {"id": 70 + n, "state": state, "user": {"login": "bob"}, "submitted_at": "2024-01-01T08:00:00Z"}
        for n, state in enumerate(("COMMENTED", "CHANGES_REQUESTED", "APPROVED"))
    ]
    for number in range(3):
        hub.commit(str(number) * 40, f"2024-01-0{number + 1}T00:00:00Z")
    return hub


EXPECTED = {
    "0" * 40, "1" * 40, "2" * 40,
    *(f"Octo/Lens#{number}:opened" for number in range(1, 6)),
    "Octo/Lens#1:closed", "Octo/Lens#3:closed", "Octo/Lens#4:closed", "Octo/Lens#5:closed",
    "Octo/Lens#4:rework", "Octo/Lens#5:rework",
    *(f"Octo/Lens#1:review:{number}" for number in (70, 71, 72)),
}  # fmt: skip


def sent(stack: FakeStack) -> list[dict[str, Any]]:
    return [event for request in stack.requests for event in request]


def test_everything_arrives_by_githubs_own_name_of_the_repository(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    run = imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED
    for event in stack.events.values():
        parse(msgspec.json.encode(event), "demo", 1_924_992_000_000)
    assert run.tally.rows == 5 + 3 + 3
    merged = stack.events["Octo/Lens#1:closed"]
    assert (merged["user"], merged["properties"]["merged"], merged["properties"]["repo_slug"]) == (
        "ada",
        True,
        "Octo/Lens",
    )


def test_each_closing_and_its_undoing_are_told_at_its_time(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    imported(hub, stack, tmp_path)
    of_4 = [(one["id"].rpartition(":")[2], one["time"]) for one in sent(stack) if one["id"].startswith("Octo/Lens#4:")]
    assert of_4 == [
        ("opened", "2024-01-01T00:00:00Z"), ("closed", "2024-01-05T00:00:00Z"), ("rework", "2024-01-05T00:00:00Z"),
        ("closed", "2024-01-09T00:00:00Z"),
    ]  # fmt: skip
    late = stack.events["Octo/Lens#5:rework"]
    assert "user" not in late  # who opened it is no longer on GitHub
    assert late["properties"]["reopened_at"] == 1708387200000


def test_a_second_run_sends_nothing_and_is_told_that_nothing_has_changed(hub: FakeGitHub, tmp_path: Path) -> None:
    imported(hub, FakeStack(), tmp_path)
    hub.asked.clear()
    again = FakeStack()
    run = imported(hub, again, tmp_path)
    assert (again.requests, run.tally) == ([], ImportCounts())
    assert hub.statuses("pulls") == [304, 304, 304]
    assert hub.statuses("commits") == [304, 304]
    assert hub.statuses("issues/events") == []


def test_a_later_run_sends_the_pages_that_have_changed_and_asks_for_those_reviews_only(
    hub: FakeGitHub, tmp_path: Path
) -> None:
    stack = FakeStack()
    imported(hub, stack, tmp_path)
    hub.pull(5, "2024-03-01T00:00:00Z", state="closed", closed_at="2024-03-01T00:00:00Z")
    hub.happened(5, "closed", "2024-03-01T00:00:00Z")
    hub.asked.clear()
    before = len(sent(stack))
    run = imported(hub, stack, tmp_path)
    new = [(one["id"], one["time"]) for one in sent(stack)[before:]]
    assert ("Octo/Lens#5:closed", "2024-03-01T00:00:00Z") in new
    assert ("Octo/Lens#5:rework", "2024-01-10T00:00:00Z") in new  # from what was remembered of closings
    assert hub.statuses("pulls") == [200, 304, 304]
    assert hub.statuses("issues/events") == [200, 200]  # the second has no newer one any more
    asked = sorted(path for path, _ in hub.asked if path.endswith("/reviews"))
    assert asked == ["pulls/4/reviews", "pulls/5/reviews"]
    assert run.tally.rejected == {}


def test_a_page_is_remembered_only_when_its_rows_are_acknowledged(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack(failures=[None, refusal(403, "not with this key")])
    with pytest.raises(Refused, match="not with this key"):
        imported(hub, stack, tmp_path)
    hub.asked.clear()
    imported(hub, stack, tmp_path)
    assert hub.statuses("pulls") == [304, 200, 200]
    assert set(stack.events) == EXPECTED


def test_reviews_that_were_not_sent_are_asked_for_again(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    hub.answers["pulls/1/reviews"] = [Answer(500)] * 6
    with pytest.raises(Unreachable, match="gave up after 6 attempts: HTTP 500"):
        imported(hub, stack, tmp_path)
    imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED


def test_a_restart_asks_for_everything(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    imported(hub, stack, tmp_path)
    run = imported(hub, stack, tmp_path, restart=True)
    assert run.tally.accepted == 0
    assert run.tally.duplicate > 0
    assert run.tally.rows == 11


def test_a_bad_moment_is_waited_out(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.answers["pulls"] = [Answer(502), Answer(500)]
    stack = FakeStack()
    run = imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED
    assert len(run.waits) == 2
    assert "HTTP 502; asking GitHub again in" in run.notes.notes[0]


def test_rate_limits_are_waited_out_as_long_as_github_says(hub: FakeGitHub, tmp_path: Path) -> None:
    reset = str(int(time.time()) + 600)
    hub.answers["pulls"] = [Answer(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})]
    hub.answers["commits"] = [Answer(429, {"Retry-After": "7"})]
    secondary = {"message": "You have exceeded a secondary rate limit. Please wait."}
    hub.answers["issues/events"] = [Answer(403, {}, secondary), Answer(403, {}, secondary)]
    stack = FakeStack()
    run = imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED
    primary, first, second, told = run.waits
    assert 500 < primary < 610
    assert (first, second, told) == (60.0, 120.0, 7.0)
    assert run.notes.notes[0].startswith("GitHub's rate limit is reached; asking GitHub again in")


def test_a_limit_that_is_too_long_ends_the_import(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.answers["pulls"] = [Answer(403, {"Retry-After": "90000"})]
    with pytest.raises(Unreachable, match="run this again later"):
        imported(hub, FakeStack(), tmp_path)


@pytest.mark.parametrize(
    ("source", "how", "said"),
    [
        ("octo/lens", {"token": "other"}, r"does not take this token \(401\)"),
        ("octo/nothing", {}, r"GitHub has no /repos/octo/nothing, or not for this token \(404\)"),
    ],
)
def test_what_github_refuses_is_told_plainly(
    hub: FakeGitHub, tmp_path: Path, source: str, how: dict[str, str], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        imported(hub, FakeStack(), tmp_path, source, **how)


def test_a_403_that_is_no_limit_is_not_waited_for(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.answers["pulls"] = [Answer(403, {}, {"message": "Resource not accessible by personal access token"})]
    with pytest.raises(Refused, match="403: Resource not accessible"):
        imported(hub, FakeStack(), tmp_path)


@pytest.mark.parametrize("source", ["lens", "octo/lens/more", "../lens", ""])
def test_what_is_no_name_of_a_repository_is_refused(hub: FakeGitHub, tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match="give owner/name"):
        imported(hub, FakeStack(), tmp_path, source)
    assert hub.asked == []


def test_another_host_is_never_asked_with_the_token(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.next_host = "evil.example"
    with pytest.raises(Refused, match="another host, which is not asked: http://evil"):
        imported(hub, FakeStack(), tmp_path)


def test_a_redirect_is_followed_on_the_same_host_only(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    hub.answers[""] = [Answer(301, {"Location": "/repos/Octo/Lens"})]
    imported(hub, stack, tmp_path, "octo/old-name")
    assert set(stack.events) == EXPECTED
    hub.answers[""] = [Answer(301, {"Location": "https://evil.example/repos/Octo/Lens"})]
    with pytest.raises(Refused, match="another host"):
        imported(hub, stack, tmp_path)


def test_pages_that_lead_in_a_circle_end_the_import(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.circle = True
    with pytest.raises(Refused, match="pages of /repos/Octo/Lens/pulls lead in a circle, back to http"):
        imported(hub, FakeStack(), tmp_path)
    assert len(hub.asked) < 10


def test_an_answer_without_end_is_not_taken_in(
    hub: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github_client, "MOST_BYTES", 1 << 20)
    hub.answers["pulls"] = [Answer(200, body={"message": "x" * (2 << 20)})]
    with pytest.raises(Refused, match="answer to /repos/Octo/Lens/pulls is longer than 1 MiB"):
        imported(hub, FakeStack(), tmp_path)


def test_the_token_is_sent_and_kept_nowhere(hub: FakeGitHub, tmp_path: Path) -> None:
    run = imported(hub, FakeStack(), tmp_path)
    assert {headers["Authorization"] for headers in hub.headers} == {f"Bearer {TOKEN}"}
    assert {headers["User-Agent"] for headers in hub.headers} == {"belvedere"}
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert TOKEN.encode() not in kept
    assert not any(TOKEN in note for note in run.notes.notes)


def test_the_environments_token_is_used(hub: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\n")
    stack = FakeStack()
    imported(hub, stack, tmp_path, token=None)
    assert set(stack.events) == EXPECTED


def test_without_a_token_none_is_sent(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.token = None
    imported(hub, FakeStack(), tmp_path, token=None)
    assert not any("Authorization" in headers for headers in hub.headers)


def test_since_narrows_pull_requests_by_their_change_and_commits(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    imported(hub, stack, tmp_path, since=date(2024, 1, 3))
    opened = {event["id"] for event in stack.events.values() if event["id"].endswith(":opened")}
    assert opened == {f"Octo/Lens#{number}:opened" for number in (2, 3, 4, 5)}
    assert "2" * 40 in stack.events
    assert "1" * 40 not in stack.events
    hub.asked.clear()
    imported(hub, stack, tmp_path, since=date(2024, 1, 3))
    assert set(hub.statuses("pulls")) == {304}
    imported(hub, stack, tmp_path)  # another question, and so another memory
    assert set(stack.events) == EXPECTED


def test_reviews_can_be_left_out_and_fetched_later(hub: FakeGitHub, tmp_path: Path) -> None:
    stack = FakeStack()
    imported(hub, stack, tmp_path, no_reviews=True)
    assert set(stack.events) == {one for one in EXPECTED if ":review:" not in one}
    imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED


def test_an_empty_repository_has_no_commits(tmp_path: Path) -> None:
    hub = FakeGitHub(answers={"commits": [Answer(409, {}, {"message": "Git Repository is empty."})]})
    assert imported(hub, FakeStack(), tmp_path).tally == ImportCounts()


def test_a_row_that_is_not_as_documented_is_told_and_the_rest_goes_in(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.pull(2, "2024-01-03T00:00:00Z", created_at="long ago")
    stack = FakeStack()
    run = imported(hub, stack, tmp_path)
    assert set(stack.events) == EXPECTED - {"Octo/Lens#2:opened"}
    assert run.tally.malformed == 1
    assert any("created_at" in note for note in run.notes.notes)


def test_only_this_machine_is_asked_without_encryption(hub: FakeGitHub, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="https://"):
        asyncio.run(import_repository(
            "o/n", FakeStack().client(), TARGET, ImportCounts(), Notes(), state_dir=tmp_path, api_url="http://github.example",
        ))  # fmt: skip


def test_a_pull_request_that_is_gone_does_not_keep_the_reviews_of_others_out(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.answers["pulls/1/reviews"] = [Answer(404, {}, {"message": "Not Found"})]
    stack = FakeStack()
    run = imported(hub, stack, tmp_path)
    assert {one for one in EXPECTED if ":review:" in one and "#1:" not in one} <= set(stack.events)
    assert not any(one.startswith("Octo/Lens#1:review:") for one in stack.events)
    assert any("pulls/1/reviews" in note for note in run.notes.notes)
