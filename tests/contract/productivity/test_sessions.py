"""GET /api/sessions and /api/sessions/{session_id} as the contract documents them, and as its client asks for them."""

from typing import Any
from urllib.parse import quote

import pytest

import fold.rollups
from belvedere.boards.registry import CATALOG
from belvedere.cache.serve import cache_of
from belvedere.rollups.erase import Erase
from belvedere.storage.keys import Key
from belvedere.storage.tables import tables
from tests.contract.productivity.team import Json, commit, event, pull_request, session
from tests.contract.shapes import assert_like
from tests.worlds.served import CONTEXT, Served

REPO, SONNET, HAIKU = "openai/dev-agent-lens", "anthropic/claude-3-sonnet", "anthropic/claude-3-haiku"
ODD_ID = "a/b c?#%2F|é"
GOLDEN = (  # the golden dataset of the metrics
    session("t1", "2024-01-01T12:00:00Z", "dev-1", tokens=(30, 70), model=SONNET, accepted=True, lines=4, diff=0.82,
            cost=0.0057, repo=REPO, session_id="alpha"),
    session("t2", "2024-01-01T13:00:00Z", "dev-1", tokens=(20, 30), model=SONNET, ms=1800, accepted=False, diff=0.45,
            cost=0.00255, repo=REPO, session_id="beta"),
    session("t3", "2024-01-02T15:00:00Z", "dev-2", tokens=(40, 10), model=HAIKU, ms=1500, status=500, accepted=False,
            diff=0.6, cost=0.00009, repo=REPO, session_id="gamma"),
    pull_request("opened", 10, "2024-01-01T10:00:00Z", "dev-1", REPO),
    pull_request("opened", 11, "2024-01-02T09:00:00Z", "dev-2", REPO),
    pull_request("opened", 12, "2024-01-03T09:00:00Z", "dev-1", REPO),
    pull_request("opened", 13, "2024-01-02T16:00:00Z", "dev-2", "another/repo"),
    commit("a", "2024-01-02T11:00:00Z", "dev-1", REPO),
    commit("b", "2024-01-02T12:00:00Z", "dev-2", REPO),
    *(commit(f"{n}", f"2024-01-0{n}T08:00:00Z", "dev-1", None) for n in range(3, 8)),
    commit("9", "2024-01-08T12:00:00.001Z", "dev-1", REPO),
)  # fmt: skip
BARE = event("bare", "session", "2024-02-01T00:00:00Z", None, tokens_in=1, tokens_out=0)
TRACES = (
    session("m1", "2024-03-01T10:00:00Z", "ann", tokens=(1, 2), ms=100, status=500, lines=3, diff=0.5, cost=0.1,
            repo=None, session_id=ODD_ID),
    session("m2", "2024-03-01T10:05:00Z", None, tokens=(10, 20), ms=None, status=None, accepted=True, cost=0.2,
            model=None, repo="acme/web", session_id=ODD_ID),
    session("m3", "2024-03-02T10:05:00Z", "ben", tokens=(100, 200), ms=300, status=200, lines=4, diff=1.0, cost=0.3,
            model=HAIKU, repo=None, session_id=ODD_ID),
)  # fmt: skip
SHAPE = {
    "session_id": "alpha", "developer_id": "dev-1", "timestamp": "2024-01-01T12:00:00Z", "model": SONNET,
    "tokens_in": 30, "tokens_out": 70, "total_tokens": 100, "latency_ms": 1200.0, "status_code": 200,
    "accepted_flag": True, "cost_usd": 0.0057, "diff_ratio": 0.82, "accepted_lines": 4,
    "id": "t1", "event_date": "2024-01-01", "repo_slug": REPO,
}  # fmt: skip


@pytest.fixture(scope="module")
def lens(served: Served) -> Served:
    """Before anything is there, then with these sessions."""
    empty = served.get("/api/sessions").json()
    assert (empty["sessions"], empty["total_count"], empty["page"], empty["page_size"], empty["has_more"]) == (
        [], 0, 1, 20, False,
    )  # fmt: skip
    served.send_and_fold(*GOLDEN, BARE, *TRACES)
    return served


EMPTY = dict.fromkeys(
    ("developer_id", "model", "repo", "status", "start_date", "end_date", "sort_by", "sort_order"), ""
)  # as a form sends what was left as it is


def names(served: Served, **params: Any) -> list[str]:
    answer = served.get("/api/sessions", **params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [one["id"] for one in (body if isinstance(body, list) else body["sessions"])]


def detail(served: Served, session_id: str) -> Json:
    answer = served.get(f"/api/sessions/{quote(session_id, safe='')}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_page_has_the_documented_shape(lens: Served) -> None:
    body = lens.get("/api/sessions", start_date="2024-01-01", end_date="2024-01-01T12:00:00.001Z").json()
    assert body["sessions"] == [SHAPE]
    assert (body["total_count"], body["page"], body["page_size"], body["has_more"]) == (1, 1, 20, False)


def test_what_a_trace_does_not_tell_is_null_or_the_documented_default(lens: Served) -> None:
    (found,) = lens.get("/api/sessions", start_date="2024-02-01", end_date="2024-02-02").json()["sessions"]
    assert found["session_id"] == found["id"] == "bare"
    told = {name for name, value in found.items() if value is None}
    assert told == {"developer_id", "model", "status_code", "diff_ratio", "accepted_lines", "repo_slug"}
    assert (found["latency_ms"], found["accepted_flag"]) == (0.0, False)
    assert isinstance(found["cost_usd"], float)


def test_pages_are_echoed_and_a_page_past_the_end_is_empty(lens: Served) -> None:
    second = lens.get("/api/sessions", page=2, page_size=3).json()
    assert [session["id"] for session in second["sessions"]] == ["bare", "t3", "t2"]
    assert (second["page"], second["page_size"], second["total_count"], second["has_more"]) == (2, 3, 7, True)
    past = lens.get("/api/sessions", page=10**9, page_size=100)
    assert (past.status_code, past.json()["sessions"], past.json()["has_more"]) == (200, [], False)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"developer_id": "dev-1"}, ["t2", "t1"]),
        ({"developer_id": "DEV-1"}, []),
        ({"model": HAIKU}, ["m3", "t3"]),
        ({"model": "anthropic"}, []),
        ({"repo": REPO, "sort_order": "ASC"}, ["t1", "t2", "t3"]),
        ({"repo": REPO, "sort_by": "tokens"}, ["t1", "t3", "t2"]),
        ({"page": 1, "status": "error"}, ["m1", "t3"]),
        ({"sort_by": "cost_usd", "page_size": 2}, ["m3", "m2"]),
        ({"sort_by": "total_tokens", "sort_order": "asc", "page_size": 3}, ["bare", "m1", "m2"]),
        ({"sort_by": "no_such_column", "page_size": 1}, ["m3"]),
        ({"sort_by": "timestamp", "sort_order": "backwards", "page_size": 1}, ["m3"]),
        ({"start_date": "2024-01-01T13:00:00.000Z", "end_date": "2024-02-01"}, ["t3", "t2"]),
        ({"start_date": "2024-01-01T14:00:00+01:00", "end_date": "2024-01-02T15:00:00Z"}, ["t2"]),
        ({"end_date": "2024-01-01T12:00:00Z"}, []),
        ({**EMPTY, "page_size": 2}, ["m3", "m2"]),
    ],
    ids=str,
)
def test_filters_orders_and_ranges(lens: Served, params: Json, expected: list[str]) -> None:
    assert names(lens, **params) == expected


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"page": 0}, "page"), ({"page_size": 0}, "page_size"), ({"page_size": 101}, "page_size"),
        ({"page": "x"}, "page"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset"), ({"status": "200"}, "status"),
        ({"start_date": "yesterday"}, "start_date"), ({"end_date": "2024-13-01"}, "end_date"),
        ({"start_date": "2024-01-02", "end_date": "2024-01-02"}, "start_date"),
        ({"developer_id": "x" * 201}, "developer_id"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_parameter_is_named(lens: Served, params: Json, field: str) -> None:
    answer = lens.get("/api/sessions", **params)
    assert answer.status_code == 422
    assert field in answer.text


def test_the_clients_form_is_a_bare_array(lens: Served) -> None:
    answer = lens.get("/api/sessions", limit=2, offset=5).json()
    assert [one["id"] for one in answer] == ["t2", "t1"]
    assert_like(answer[1], SHAPE)
    assert names(lens, status="all", model="all") == names(lens)
    assert names(lens, status="error") == ["m1", "t3"]
    assert names(lens, limit=2, model="", status="") == ["m3", "m2"]
    assert set(lens.get("/api/sessions", status="").json()) >= {"sessions", "total_count"}
    assert names(lens, limit=1, status="success", sort="cost_usd", order="asc") == ["bare"]
    assert names(lens, offset=100) == []


def test_a_page_is_kept_and_new_sessions_are_seen(lens: Served) -> None:
    asked = {"start_date": "2024-05-01", "end_date": "2024-05-02"}
    assert lens.get("/api/sessions", **asked).headers["X-Cache"] == "miss"
    assert lens.get("/api/sessions", **asked).headers["X-Cache"] == "hit-memory"
    lens.send_and_fold(session("fresh", "2024-05-01T00:00:00Z"))
    assert names(lens, **asked) == ["fresh"]


def test_a_session_that_is_not_folded_yet_is_not_counted(lens: Served) -> None:
    lens.send(session("late", "2024-06-01T00:00:00Z"))
    asked = {"start_date": "2024-06-01", "force_refresh": True}
    assert lens.get("/api/sessions", **asked).json()["total_count"] == 0
    lens.fold()
    assert names(lens, **asked) == ["late"]


def test_an_expired_session_leaves_the_list_and_stays_in_the_totals(lens: Served) -> None:
    lens.send_and_fold(session("old", "2024-07-01T00:00:00Z", cost=9.0), session("kept", "2024-07-01T00:00:00Z"))
    asked = {"start_date": "2024-07-01", "end_date": "2024-07-02", "sort_by": "cost_usd"}
    assert names(lens, **asked) == ["old", "kept"]
    tables("demo").events.delete_all([Key("demo#productivity.session#2024-07-01#0", "2024-07-01T00:00:00.000Z#old")])
    expire(lens)
    answer = lens.get("/api/sessions", **asked).json()
    assert ([session["id"] for session in answer["sessions"]], answer["total_count"]) == (["kept"], 1)
    for family, equal in (("productivity.listed", True), ("productivity.sessions", False)):
        audit = lens.get("/v1/audit", family=family, from_="2024-07-01", to="2024-07-02").json()
        assert audit["equal"] is equal, family


def expire(served: Served) -> None:
    """Fold what is new in the stream as if the table's own TTL had removed it."""
    told = [record | {"userIdentity": {"principalId": "dynamodb.amazonaws.com"}} for record in served.stream.read()]
    assert [record["eventName"] for record in told] == ["REMOVE"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fold.rollups, "start_recount", lambda *_: None)
        fold.rollups.handler({"Records": told}, CONTEXT)
    cache_of.cache_clear()


def test_a_session_has_the_documented_detail_and_what_came_of_it(lens: Served) -> None:
    found = detail(lens, "alpha")
    assert {name: found[name] for name in SHAPE} == SHAPE
    assert found["related_pr_number"] == 12  # 10 was before it, 11 another developer's
    assert found["related_commits"] == ["a" * 40, *(f"{n}" * 40 for n in range(3, 7))]
    assert (found["trace_count"], found["traces"]) == (1, [SHAPE])


def test_nothing_of_other_people_other_repositories_or_a_later_week_is_related(lens: Served) -> None:
    assert (detail(lens, "gamma")["related_pr_number"], detail(lens, "gamma")["related_commits"]) == (None, [])
    assert "9" * 40 not in detail(lens, "alpha")["related_commits"]
    assert (detail(lens, "bare")["related_pr_number"], detail(lens, "bare")["related_commits"]) == (None, [])


def test_traces_of_one_session_are_one(lens: Served) -> None:
    found = detail(lens, ODD_ID)
    expected = {
        "session_id": ODD_ID, "developer_id": "ann", "timestamp": "2024-03-01T10:00:00Z", "tokens_in": 111,
        "tokens_out": 222, "total_tokens": 333, "latency_ms": 200.0, "status_code": 200, "accepted_flag": True,
        "accepted_lines": 7, "diff_ratio": 0.75, "cost_usd": 0.6, "model": HAIKU, "repo_slug": "acme/web",
        "last_timestamp": "2024-03-02T10:05:00Z", "trace_count": 3,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert [trace["id"] for trace in found["traces"]] == ["m1", "m2", "m3"]


@pytest.mark.parametrize("session_id", ["nobody", "a/b", "t1"])
def test_an_unknown_session_is_not_found_in_the_documented_words(lens: Served, session_id: str) -> None:
    answer = lens.get(f"/api/sessions/{session_id}")
    assert (answer.status_code, answer.json()["detail"]) == (404, f"Session {session_id} not found")


def test_another_workspace_sees_neither_the_list_nor_the_session(lens: Served) -> None:
    key = lens.key("read", "elsewhere")
    assert lens.get("/api/sessions", key=key).json()["total_count"] == 0
    assert lens.get("/api/sessions/alpha", key=key).status_code == 404


def test_a_day_that_is_spread_over_slices_is_one_list(lens: Served) -> None:
    clocks = [f"2024-01-0{1 + n % 2}T10:00:0{n % 10}Z" for n in range(40)]
    spread = [session(f"n{n:02}", clock, cost=n / 10) for n, clock in enumerate(clocks)]
    with lens.with_environment(EVENT_SLICES="3"):
        lens.send_and_fold(*spread, commit("7", "2024-01-02T12:00:00Z"), workspace="sliced")
        key = lens.key("read", "sliced")
        pages = [lens.get("/api/sessions", key=key, page=n, page_size=15).json()["sessions"] for n in (1, 2, 3)]
        related = lens.get("/api/sessions/n01", key=key).json()["related_commits"]
    newest = sorted(spread, key=lambda one: (one["time"], one["id"]), reverse=True)
    assert [one["id"] for page in pages for one in page] == [one["id"] for one in newest]
    assert related == ["7" * 40]


def test_an_erased_user_is_in_no_list(lens: Served) -> None:
    mine = tables("demo")
    lens.send_and_fold(session("gone", "2024-08-01T00:00:00Z", "leaver", session_id="gone-too"))
    assert names(lens, developer_id="leaver") == ["gone"]
    assert Erase(mine.events, mine.rollups, mine.state, tuple(CATALOG.rollup_tables.values()), 1).run("leaver") == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fold.rollups, "start_recount", lambda *_: None)
        lens.fold()
    assert names(lens, developer_id="leaver") == names(lens, start_date="2024-08-01", end_date="2024-08-02") == []
    assert lens.get("/api/sessions/gone-too").status_code == 404


def test_an_import_under_a_wrong_name_is_taken_out_and_comes_in_under_the_right_one(lens: Served) -> None:
    mine = tables("mended")
    wrong = [commit(sha, "2024-08-03T00:00:00Z", "dev-1", "octo/wrong") for sha in "ab"]
    lens.send_and_fold(*wrong, commit("c", "2024-08-03T00:00:00Z", "dev-1", "octo/other"), workspace="mended")
    right = [event | {"properties": event["properties"] | {"repo_slug": "octo/right"}} for event in wrong]
    assert lens.send(*right, workspace="mended")["duplicate"] == 2
    work = Erase(mine.events, mine.rollups, mine.state, tuple(CATALOG.rollup_tables.values()), 1)
    assert (work.run_labelled("repo_slug", "octo/wrong"), work.run_labelled("repo_slug", "octo/wrong")) == (2, 0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fold.rollups, "start_recount", lambda *_: None)
        lens.fold()
    lens.send_and_fold(*right, workspace="mended")
    asked = {"board": "productivity", "metrics": ["commit_count"], "group_by": ["repo_slug"],
             "range": {"from": "2024-08-03", "to": "2024-08-04"}}  # fmt: skip
    rows = lens.post("/v1/query", asked, key=lens.key("read", "mended")).json()["rows"]
    assert {row["repo_slug"]: row["commit_count"] for row in rows if row["commit_count"]} == {
        "octo/right": 2, "octo/other": 1,
    }  # fmt: skip
