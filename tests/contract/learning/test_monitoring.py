"""GET /dashboard/health and /dashboard/metrics, and what is said of paths that there are not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from belvedere.boards.learning.responses import health as health_response
from belvedere.clock import SECOND_MS, now_ms
from belvedere.http.routes import paths
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.realtime import connections_partition
from belvedere.storage.tables import tables
from belvedere.usage.ledger import ledger_of
from tests import clock
from tests.contract.learning.school import WEEK
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

HEALTH, METRICS = "/dashboard/health", "/dashboard/metrics"
DOCUMENTED = json.loads("""
{
  "status": "healthy",
  "timestamp": "2025-01-15T10:30:00Z",
  "services": {"redis": "healthy", "cache": "healthy", "websockets": "5 active", "background_processor": "running"},
  "cache_stats": {"memory": {}, "redis": {}}
}
""")
Samples = dict[str, dict[frozenset[tuple[str, str]], float]]


def now() -> str:
    return clock.now().isoformat()


# Health


def test_all_is_well_in_the_documented_shape_with_and_without_a_key(board: Served) -> None:
    for key in (board.key(), ""):
        answer = board.get(HEALTH, key=key)
        assert answer.status_code == 200
        assert_like(answer.json(), DOCUMENTED)
        assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["services"] == {
        "redis": "healthy", "cache": "healthy", "websockets": "unknown", "background_processor": "unknown",
        "database": "healthy",
    }  # fmt: skip


def test_with_a_key_it_tells_how_it_goes_in_its_workspace(board: Served) -> None:
    body = board.get(HEALTH).json()
    assert body["services"]["websockets"] == "0 active"
    assert body["services"]["background_processor"] == "running"
    assert body["cache_stats"].keys() == {"memory", "redis"}


def test_where_anybody_may_read_it_tells_of_the_demo(board: Served) -> None:
    with board.with_environment(PUBLIC_READ="true"):
        assert board.get(HEALTH, key="").json()["services"]["websockets"] == "0 active"


def test_a_key_that_is_none_is_refused(board: Served) -> None:
    assert_refused(board.get(HEALTH, key="nonsense"), 401, "UNAUTHORIZED")


def test_open_connections_are_counted_while_they_live(board: Served) -> None:
    state, second = tables("listened").state, now_ms() // SECOND_MS
    partition = connections_partition("listened")
    state.put_all({"pk": partition, "sk": name, "expires": second + left} for name, left in (("a", 600), ("b", -5)))
    assert board.get(HEALTH, key=board.key(workspace="listened")).json()["services"]["websockets"] == "1 active"
    samples = scraped(board, "listened")
    assert samples["dashboard_websockets_active"] == {frozenset(): 1}


@pytest.mark.parametrize(("table", "service"), [("CACHE_TABLE", "redis"), ("STATE_TABLE", "cache")])
def test_a_helper_that_is_down_degrades(board: Served, table: str, service: str) -> None:
    board.get(HEALTH)
    with board.with_environment(**{table: "gone"}):
        answer = board.get(HEALTH)
    assert (answer.status_code, answer.json()["status"]) == (206, "degraded")
    assert answer.json()["services"][service] == answer.json()["services"]["cache"] == "unhealthy"


@pytest.mark.parametrize("table", ["EVENTS_TABLE", "ROLLUPS_TABLE", "DIRECTORY_TABLE"])
def test_without_an_essential_table_it_is_503_in_the_documented_form(board: Served, table: str) -> None:
    with board.with_environment(**{table: "gone"}):
        body = assert_refused(board.get(HEALTH, key=""), 503, "SERVICE_UNAVAILABLE")
    assert body["status"] == "unhealthy"
    assert body["error"]


def test_a_fold_that_stands_still_degrades_and_one_that_goes_on_does_not(
    board: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = board.key(workspace="still")
    board.send_and_fold(interaction("folded", now()), workspace="still")
    assert board.get(HEALTH, key=key).json()["services"]["background_processor"] == "running"
    board.send(interaction("waiting", now()), workspace="still")
    assert board.get(HEALTH, key=key).status_code == 200  # it has not been waiting for long
    monkeypatch.setattr(health_response, "STANDS_STILL_MS", 0)
    stopped = board.get(HEALTH, key=key)
    assert (stopped.status_code, stopped.json()["services"]["background_processor"]) == (206, "stopped")
    board.fold()
    monkeypatch.setattr(health_response, "STANDS_STILL_MS", 1)
    assert board.get(HEALTH, key=key).json()["services"]["background_processor"] == "running"


# Metrics


@pytest.fixture(scope="module")
def busy(board: Served) -> Iterator[Served]:
    """A workspace in which some things were asked, while every request is counted at once."""
    ledger_of.cache_clear()
    with board.with_environment(USAGE_FLUSH_S="1"):
        ledger_of(1)._interval_s = 0.0
        key = board.key(workspace="busy")
        for _ in range(3):
            board.get("/dashboard/summary", key=key, **WEEK)
        body = {"metrics": ["interaction_count"], "time_range": WEEK}
        board.post("/dashboard/timeseries", body, key=key)
        board.post("/dashboard/aggregation", body | {"dimensions": ["agent_type"]}, key=key)
        board.post("/dashboard/aggregation", body | {"dimensions": []}, key=key)
        compared = {"comparison_type": "students", "primary_entities": ["user1"], "comparison_entities": ["user2"]}
        board.post("/dashboard/comparative", body | compared, key=key)
        board.get("/v1/usage", key=key)
        yield board
    ledger_of.cache_clear()


def scraped(board: Served, workspace: str = "busy") -> Samples:
    answer = board.get(METRICS, key=board.key(workspace=workspace))
    assert answer.status_code == 200
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name][frozenset(labels.items())]


def test_it_is_prometheus_s_text_format(busy: Served) -> None:
    answer = busy.get(METRICS, key=busy.key(workspace="busy"))
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


def test_every_documented_metric_is_there_with_its_kind(busy: Served) -> None:
    text = busy.get(METRICS, key=busy.key(workspace="busy")).text
    kinds = {family.name: family.type for family in text_string_to_metric_families(text)}
    assert kinds == {
        "dashboard_requests": "counter", "dashboard_response_seconds": "histogram",
        "dashboard_cache_hit_rate": "gauge", "dashboard_websockets_active": "gauge",
        "dashboard_aggregation_seconds": "histogram",
    }  # fmt: skip


def test_requests_are_counted_by_endpoint_and_cache_status(busy: Served) -> None:
    samples = scraped(busy)
    name, summary = "dashboard_requests_total", "/dashboard/summary"
    assert value(samples, name, endpoint=summary, cache_status="hit") == 2
    assert value(samples, name, endpoint=summary, cache_status="miss") == 1
    assert value(samples, name, endpoint="/dashboard/aggregation", cache_status="miss") == 2  # a refusal is a request
    assert not [labels for labels in samples[name] if ("endpoint", "/v1/usage") in labels]


def test_times_are_counted_in_buckets(busy: Served) -> None:
    samples, labels = scraped(busy), {"endpoint": "/dashboard/summary", "data_type": "dashboard_summary"}
    assert value(samples, "dashboard_response_seconds_count", **labels) == 3
    assert value(samples, "dashboard_response_seconds_bucket", **labels, le="+Inf") == 3
    assert 0 < value(samples, "dashboard_response_seconds_sum", **labels) < 60


def test_aggregations_are_timed_when_they_are_worked_out(busy: Served) -> None:
    samples = scraped(busy)
    counts = {kind: value(samples, "dashboard_aggregation_seconds_count", aggregation_type=kind)
              for kind in ("timeseries", "grouped", "comparative")}  # fmt: skip
    assert counts == {"timeseries": 1, "grouped": 1, "comparative": 1}
    assert value(samples, "dashboard_aggregation_seconds_sum", aggregation_type="grouped") > 0


def test_hit_rates_are_told_by_layer(busy: Served) -> None:
    samples = scraped(busy)["dashboard_cache_hit_rate"]
    rates = {dict(labels)["cache_layer"]: rate for labels, rate in samples.items()}
    assert rates == {"memory": 2 / 6, "redis": 0, "multi": 2 / 6}


def test_counters_never_fall(busy: Served) -> None:
    before = scraped(busy)
    busy.get("/dashboard/summary", key=busy.key(workspace="busy"), **WEEK)
    after = scraped(busy)
    for name in ("dashboard_requests_total", "dashboard_response_seconds_count", "dashboard_response_seconds_sum"):
        assert all(after[name][labels] >= number for labels, number in before[name].items())
    assert sum(after["dashboard_requests_total"].values()) >= sum(before["dashboard_requests_total"].values()) + 2


def test_counting_times_costs_no_write_more(busy: Served) -> None:
    """One update a request and row, as before: it holds the buckets, too."""
    calls: list[str] = []
    events, watched = dynamodb().meta.events, "before-call.dynamodb.UpdateItem"
    events.register(watched, lambda **_: calls.append("update"), "counting")
    busy.get("/v1/quarantine", key=busy.key(workspace="busy"))
    events.unregister(watched, unique_id="counting")
    assert calls == ["update"]


def test_another_workspace_s_numbers_are_not_told(busy: Served) -> None:
    assert "dashboard_requests_total" not in scraped(busy, "quiet")


def test_it_takes_a_key_except_where_anybody_may_read(board: Served) -> None:
    assert_refused(board.get(METRICS, key=""), 401, "UNAUTHORIZED")
    with board.with_environment(PUBLIC_READ="true"):
        assert board.get(METRICS, key="").status_code == 200


# Paths that there are not


@pytest.mark.parametrize("path", ["/dashboard/nowhere", "/dashboard/summary/today", "/dashboard/mock"])
def test_an_unknown_path_is_404_and_told_what_there_is(board: Served, path: str) -> None:
    body: dict[str, Any] = assert_refused(board.get(path), 404, "NOT_FOUND", path)
    assert body["path"] == path
    assert body["available_endpoints"] == paths()
    assert {"/dashboard/summary", "/dashboard/timeseries", "/dashboard/aggregation"} <= set(paths())
