"""What can be switched of every request: compression, safety headers, the log line, and when it is slow."""

from collections.abc import Callable
from typing import Any

import pytest

from belvedere.http import Endpoint, Response
from belvedere.settings import settings
from tests.unit.http.lambda_requests import Answer, ask

Log = Callable[[], list[dict[str, Any]]]
GZIP = {"Accept-Encoding": "gzip"}


def answered(monkeypatch: pytest.MonkeyPatch, size: int = 1_000, **variables: str) -> Answer:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    endpoint = Endpoint("a.page", scope=None)

    @endpoint.get("/page")
    async def page() -> Response:
        return Response(b"x" * size, media_type="text/plain")

    return ask(endpoint, "/page", headers=GZIP)


@pytest.mark.parametrize(("size", "least", "packed"), [(500, "500", True), (499, "500", False), (1_500, "2000", False)])
def test_the_size_from_which_answers_are_compressed(
    monkeypatch: pytest.MonkeyPatch, size: int, least: str, packed: bool
) -> None:
    headers = answered(monkeypatch, size, COMPRESSION_MIN_SIZE=least).headers
    assert ("content-encoding" in headers) == packed


def test_compression_can_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "content-encoding" in answered(monkeypatch).headers
    assert "content-encoding" not in answered(monkeypatch, COMPRESSION_ENABLED="false").headers


def test_security_headers_can_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch).headers["x-frame-options"] == "DENY"
    assert "x-frame-options" not in answered(monkeypatch, SECURITY_HEADERS_ENABLED="false").headers


def lines(log: Log) -> list[tuple[str, str]]:
    return [(line["level"], line["message"]) for line in log() if "message" in line]


def test_the_line_of_a_request_can_be_left_out(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    answered(monkeypatch, REQUEST_LOGGING_ENABLED="false")
    assert lines(log) == []


@pytest.mark.parametrize("logging", ["true", "false"])
def test_a_slow_request_is_always_told_and_counted(monkeypatch: pytest.MonkeyPatch, log: Log, logging: str) -> None:
    answered(monkeypatch, SLOW_REQUEST_THRESHOLD="0", REQUEST_LOGGING_ENABLED=logging)
    written = log()
    assert ("WARNING", "slow request") in [(line.get("level"), line.get("message")) for line in written]
    assert [line["SlowRequests"] for line in written if "SlowRequests" in line] == [[1.0]]


def test_an_ordinary_request_is_not_slow(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    answered(monkeypatch, SLOW_REQUEST_THRESHOLD="60")
    assert [line["SlowRequests"] for line in log() if "SlowRequests" in line] == [[0.0]]
