"""The Lambda handler: warm-ups, logs and metrics, and failures outside the endpoint."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from belvedere import observability, warm_up
from belvedere.auth import lookup
from belvedere.errors import Invalid, Unavailable
from belvedere.http import CallerDep, Endpoint, Response
from belvedere.settings import settings
from tests.unit.http.lambda_requests import Answer, Context, ask

Lines = Callable[[], list[dict[str, Any]]]


def an_endpoint(calls: list[str] | None = None) -> Endpoint:
    endpoint = Endpoint("a.board", scope="read")

    @endpoint.get("/thing")
    async def thing(caller: CallerDep, fail: str = "") -> Response:
        if calls is not None:
            calls.append(caller.workspace)
        if fail == "bug":
            raise ValueError("a bug")
        if fail == "down":
            raise Unavailable("a table is away")
        if fail:
            raise Invalid("a mistake")
        return endpoint.answer({"workspace": caller.workspace})

    return endpoint


def get(keys: dict[str, str], query: str = "") -> Answer:
    return ask(an_endpoint(), query=query, headers={"X-API-Key": keys["read"]})


def test_a_warm_up_reads_nothing_opens_connections_and_writes_one_line(
    monkeypatch: pytest.MonkeyPatch, log: Lines
) -> None:
    opened: list[int] = []
    monkeypatch.setattr(lookup, "MEMORY", None)
    monkeypatch.setattr(warm_up, "open_connections", opened.append)
    calls: list[str] = []
    answer = an_endpoint(calls).handler({"source": "belvedere.warm-up"}, Context())
    assert answer["warm"] == "a.board"
    assert calls == []
    assert opened == [warm_up.READS]
    assert [line["message"] for line in log()] == ["warm-up"]


def test_a_request_writes_one_log_line_and_one_line_of_metrics(keys: dict[str, str], log: Lines) -> None:
    answer = get(keys)
    line, metrics = log()
    assert line["message"] == "request"
    assert line["route"] == "GET /thing"
    assert line["function"] == "a.board"
    assert (line["status"], line["workspace"], line["key_id"]) == (200, "acme", "key_read")
    assert line["cost_nano_usd"] == int(answer.headers["x-cost-nano-usd"])
    assert line["request_id"] == answer.headers["x-request-id"]
    assert metrics["board"] == "a"
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Belvedere"
    assert (metrics["Requests"], metrics["Errors"]) == ([1.0], [0.0])
    assert metrics["Latency"][0] == pytest.approx(line["ms"], abs=0.01)


def test_no_line_holds_the_key_or_the_query(keys: dict[str, str], log: Lines) -> None:
    get(keys, query="fail=secret-text")
    assert keys["read"] not in str(log())
    assert "secret-text" not in str(log())


def test_a_bug_is_logged_with_its_traceback_and_counted_as_an_error(keys: dict[str, str], log: Lines) -> None:
    get(keys, query="fail=bug")
    line, metrics = log()
    assert (line["level"], line["status"]) == ("ERROR", 500)
    assert "ValueError: a bug" in line["exception"]
    assert metrics["Errors"] == [1.0]


def test_a_foreseen_outage_is_logged_with_its_words_and_without_a_traceback(keys: dict[str, str], log: Lines) -> None:
    get(keys, query="fail=down")
    line = log()[0]
    assert (line["level"], line["status"], line["detail"]) == ("ERROR", 503, "a table is away")
    assert "exception" not in line


def test_a_callers_mistake_is_no_error_of_ours(keys: dict[str, str], log: Lines) -> None:
    get(keys, query="fail=mistake")
    line, metrics = log()
    assert (line["level"], line["status"]) == ("INFO", 422)
    assert metrics["Errors"] == [0.0]


def test_only_the_first_call_of_a_process_is_cold(
    keys: dict[str, str], log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observability, "_started_cold", True)
    get(keys)
    get(keys)
    assert [line["cold_start"] for line in log() if "cold_start" in line] == [True, False]


@pytest.mark.parametrize("event", [{}, {"Records": []}, None, "text", {"version": "2.0", "requestContext": {}}])
def test_an_event_that_is_no_request_is_answered_with_the_envelope_all_the_same(event: Any, log: Lines) -> None:
    answer = an_endpoint().handler(event, Context())
    assert answer["statusCode"] == 500
    assert '"code":"INTERNAL_ERROR"' in answer["body"]
    assert [line["level"] for line in log()] == ["ERROR"]


def test_missing_settings_are_answered_with_the_envelope_and_named_in_the_log(
    keys: dict[str, str], log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIRECTORY_TABLE")
    settings.cache_clear()
    answer = get(keys)
    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert answer.headers["content-type"] == "application/json"
    assert "directory_table" in str(log())


def test_an_unreadable_price_table_is_a_500_in_the_envelope(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PRICES_FILE", str(tmp_path / "none.json"))
    settings.cache_clear()
    assert get(keys).json["code"] == "INTERNAL_ERROR"


def test_a_handler_works_in_threads_that_never_had_an_event_loop(keys: dict[str, str]) -> None:
    answers: list[Answer] = []
    endpoint = an_endpoint()
    threads = [
        threading.Thread(target=lambda: answers.append(ask(endpoint, headers={"X-API-Key": keys["read"]})))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 4


def test_an_endpoint_without_a_route_has_no_handler() -> None:
    with pytest.raises(RuntimeError, match=r"a\.board: an endpoint needs a route"):
        _ = Endpoint("a.board", scope=None).handler
