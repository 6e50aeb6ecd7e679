"""GET /dashboard/cache/stats, POST /dashboard/cache/invalidate and /warm, as documented and as decided."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import cache.refresh
from belvedere.cache import serve, store
from belvedere.cache.invalidation import MAX_INVALIDATIONS
from belvedere.cache.refresh import Refresher
from belvedere.clock import now_ms
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import version_partition
from belvedere.storage.tables import tables
from belvedere.usage.ledger import ledger_of
from learning import cache_warm
from tests.contract.learning.school import WEEK
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import CONTEXT, Served

STATS = json.loads("""
{
  "cache_statistics": {
    "memory": {"hit_rate": 0.85, "size": 456, "max_size": 1000},
    "redis": {"hit_rate": 0.78, "memory_usage": "15.2MB", "connected": true}
  },
  "total_cache_requests": 1543
}
""")
INVALIDATE, WARM = "/dashboard/cache/invalidate", "/dashboard/cache/warm"
Json = dict[str, Any]


@pytest.fixture
def settled(board: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The board as one process with a cache that stores whatever it works out, as some seconds after the last event."""
    kept = serve.Cache(tables, clock=lambda: now_ms() + 10_000, refresher=Refresher(lambda _: None))
    monkeypatch.setattr(serve, "cache_of", lambda _: kept)
    monkeypatch.setattr(store, "worth_storing", lambda *_: True)
    yield board
    mine = tables("demo")
    store.sweep(mine.cache, "*")  # many invalidations at a time become one of everything, so none is left to the next
    rows = mine.state.query(version_partition("demo"), "invalidated#", "invalidated~")
    mine.state.delete_all([Key(str(row["pk"]), str(row["sk"])) for row in rows])


def served_from(board: Served, **asked: Any) -> str:
    return str(board.get("/dashboard/summary", **WEEK, **asked).headers["x-cache"])


def series(board: Served, user: str) -> str:
    body = {"metrics": ["interaction_count"], "time_range": WEEK, "filters": {"user_ids": [user]}}
    return str(board.post("/dashboard/timeseries", body).headers["x-cache"])


def invalidate(board: Served, body: Any = None, **query: Any) -> Any:
    given = {} if body is None else {"json": body}
    return board.ask("POST", INVALIDATE, key=board.key("admin"), params=query, **given)


# Statistics


def test_the_statistics_have_the_documented_shape(board: Served) -> None:
    answer = board.get("/dashboard/cache/stats")
    assert answer.status_code == 200
    assert_like(answer.json(), STATS)
    assert answer.json()["cache_layers"] == ["memory", "redis"]
    assert answer.json()["cache_statistics"]["memory"]["max_size"] == 1000


def test_hits_are_counted_and_what_is_held_is_measured(settled: Served) -> None:
    ledger_of.cache_clear()
    key = settled.key(workspace="counted")
    with settled.with_environment(USAGE_FLUSH_S="1"):
        ledger_of(1)._interval_s = 0.0
        for _ in range(4):
            settled.get("/dashboard/summary", key=key, **WEEK)
        body = settled.get("/dashboard/cache/stats", key=key).json()
    ledger_of.cache_clear()
    memory, redis = (body["cache_statistics"][layer] for layer in ("memory", "redis"))
    assert (body["total_cache_requests"], body["misses"], memory["hits"]) == (4, 1, 3)
    assert (memory["hit_rate"], redis["hit_rate"]) == (0.75, 0.0)
    assert (memory["size"], redis["size"], redis["complete"]) == (1, 1, True)


# Invalidation


def test_the_documented_request_is_taken(board: Served) -> None:
    told = invalidate(board, {"pattern": "user:123", "cache_layer": "all"})
    assert told.status_code == 200
    assert told.json()["status"] == "success"
    assert told.json()["cache_layer"] == "all"
    assert told.json().keys() >= {"message", "timestamp"}


@pytest.mark.parametrize("by_query", [False, True], ids=["body", "query"])
@pytest.mark.parametrize("layer", ["memory", "redis", "all"])
def test_a_user_s_answers_are_void_on_the_layer_that_was_named(settled: Served, layer: str, by_query: bool) -> None:
    for _ in range(2):
        served_from(settled, user_ids="user1"), served_from(settled, user_ids="user2")
    asked = {"pattern": "user:user1", "cache_layer": layer}
    told = invalidate(settled, None, **asked) if by_query else invalidate(settled, asked)
    assert told.json()["removed"] == (0 if layer == "memory" else 1)
    after = {"memory": "hit-table", "redis": "hit-memory", "all": "miss"}[layer]
    assert (served_from(settled, user_ids="user1"), served_from(settled, user_ids="user2")) == (after, "hit-memory")


def test_answers_to_a_body_are_found_by_their_users_too(settled: Served) -> None:
    for _ in range(2):
        series(settled, "user1"), series(settled, "user2")
    invalidate(settled, {"pattern": "user:user1"})
    assert (series(settled, "user1"), series(settled, "user2")) == ("miss", "hit-memory")


@pytest.mark.parametrize("pattern", ["user:*", "user:user[12]", "dashboard:summary:*", "learning", "*"])
def test_a_glob_means_the_same_on_both_layers(settled: Served, pattern: str) -> None:
    served_from(settled, user_ids="user1")
    invalidate(settled, {"pattern": pattern, "cache_layer": "memory"})
    assert served_from(settled, user_ids="user1") == "hit-table"
    for layer in ("redis", "memory"):
        invalidate(settled, {"pattern": pattern, "cache_layer": layer})
    assert served_from(settled, user_ids="user1") == "miss"


EVERYTHING = ({"pattern": "*"}, {"all": True}, {"pattern": "*", "all": True}, {"cache_layer": "all"})


@pytest.mark.parametrize("body", EVERYTHING, ids=str)
def test_everything_is_void_when_that_is_said(settled: Served, body: Json) -> None:
    served_from(settled)
    assert invalidate(settled, body).json()["pattern"] == "*"
    assert served_from(settled) == "miss"


def test_so_many_patterns_that_they_become_one_are_told_as_that_one(settled: Served) -> None:
    patterns = [{"pattern": f"user:{n}", "cache_layer": "redis"} for n in range(MAX_INVALIDATIONS + 1)]
    told = [invalidate(settled, pattern).json() for pattern in patterns]
    assert [(one["pattern"], one["cache_layer"]) for one in (told[0], told[-1])] == [("user:0", "redis"), ("*", "all")]


@pytest.mark.parametrize("body", [None, {}, {"cache_layer": "redis"}, {"all": False}, {"pattern": ""}], ids=str)
def test_nothing_is_void_by_leaving_something_out(settled: Served, body: Json | None) -> None:
    served_from(settled)
    assert_refused(invalidate(settled, body), 422, "VALIDATION_ERROR", "pattern", "'*'")
    assert served_from(settled) == "hit-memory"


@pytest.mark.parametrize(
    ("query", "body", "told"),
    [
        ({"pattern": "a"}, {"pattern": "b"}, ("pattern", "contradict")),
        ({"cache_layer": "redis"}, {"pattern": "b", "cache_layer": "memory"}, ("cache_layer", "contradict")),
        ({}, {"pattern": "user:1", "all": True}, ("all", "user:1")),
        ({}, {"pattern": "user:1", "cache_layer": "disk"}, ("cache_layer", "memory")),
        ({}, {"pattern": "x" * 201}, ("pattern", "200")),
    ],
    ids=str,
)
def test_what_cannot_be_invalidated_is_422(board: Served, query: Json, body: Json, told: tuple[str, ...]) -> None:
    assert_refused(invalidate(board, body, **query), 422, "VALIDATION_ERROR", *told)


def test_another_workspace_s_answers_stay(settled: Served) -> None:
    served_from(settled)
    settled.ask("POST", INVALIDATE, key=settled.key("admin", "stranger"), json={"pattern": "*"})
    assert served_from(settled) == "hit-memory"


# Warming


def warm(board: Served, body: Any = None, **query: Any) -> Any:
    given = {} if body is None else {"json": body}
    return board.ask("POST", WARM, key=board.key("admin"), params=query, **given)


@pytest.mark.parametrize(
    ("body", "query", "types"),
    [
        ({"cache_types": ["summary", "timeseries"]}, {}, ["summary", "timeseries"]),
        (["aggregation"], {}, ["aggregation"]),
        (None, {"cache_types": "summary,aggregation"}, ["summary", "aggregation"]),
        (None, {}, ["summary", "timeseries"]),
        ({}, {}, ["summary", "timeseries"]),
    ],
    ids=["documented", "bare list", "query", "nothing", "empty"],
)
def test_warming_is_started_in_every_documented_way(
    board: Served, monkeypatch: pytest.MonkeyPatch, body: Any, query: Json, types: list[str]
) -> None:
    sent: list[Json] = []
    monkeypatch.setattr(cache_warm, "start_by_invoke", lambda _, payload: sent.append(msgspec.json.decode(payload)))
    with board.with_environment(REFRESH_FUNCTION="refresh"):
        answer = warm(board, body, **query)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["cache_types"]) == ("started", types)
    assert answer.json().keys() >= {"message", "timestamp"}
    assert sent[0]["warm"]["workspace"] == "demo"
    assert cache.refresh.handler(sent[0], CONTEXT) == {"warmed": len(types), "failed": 0}


def test_a_warmed_answer_is_there_when_it_is_asked_for(settled: Served) -> None:
    types = ["summary", "timeseries", "class_overview", "aggregation"]
    assert warm(settled, {"cache_types": types}).json()["status"] == "completed"  # no function to start: done here
    usual = {"metrics": ["interaction_count", "success_rate"], "time_range": {"preset": "7d"}}
    asked = (
        settled.get("/dashboard/summary", preset="7d"),
        settled.post("/dashboard/timeseries", usual | {"granularity": "1h"}),
        settled.get("/dashboard/class-overview", preset="7d"),
        settled.post("/dashboard/aggregation", usual | {"dimensions": ["agent_type"]}),
    )
    assert [answer.headers["x-cache"] for answer in asked] == ["hit-memory"] * 4


@pytest.mark.parametrize(
    ("body", "query", "told"),
    [
        ({"cache_types": ["everything"]}, {}, ("cache_types", "summary, timeseries")),
        ({"cache_types": ["summary"]}, {"cache_types": "timeseries"}, ("cache_types", "contradict")),
        ({"cache_types": "summary"}, {}, ("cache_types", "list")),
    ],
    ids=str,
)
def test_what_cannot_be_warmed_is_422(board: Served, body: Any, query: Json, told: tuple[str, ...]) -> None:
    assert_refused(warm(board, body, **query), 422, "VALIDATION_ERROR", *told)


# Who may, and what happens without tables


@pytest.mark.parametrize(("path", "body"), [(INVALIDATE, {"pattern": "*"}), (WARM, {})])
def test_changing_the_cache_takes_an_admin(board: Served, path: str, body: Json) -> None:
    assert_refused(board.post(path, body), 403, "FORBIDDEN", "'admin'")


def test_statistics_are_for_readers(board: Served) -> None:
    assert board.get("/dashboard/cache/stats").status_code == 200
    assert_refused(board.get("/dashboard/cache/stats", key=board.key("write")), 403, "FORBIDDEN")


def test_a_cache_that_does_not_answer_is_told_by_its_documented_code(board: Served) -> None:
    board.key("admin"), board.get("/dashboard/cache/stats"), invalidate(board, {"pattern": "user:123"})
    with board.with_environment(STATE_TABLE="gone", CACHE_TABLE="gone"):
        for answer in (board.get("/dashboard/cache/stats"), invalidate(board, {"pattern": "*"})):
            assert_refused(answer, 503, "CACHE_ERROR", "try again")
            assert int(answer.headers["retry-after"]) > 0
