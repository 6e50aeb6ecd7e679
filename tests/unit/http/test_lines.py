"""The lines of a request, filled in by hand, are those that Powertools writes."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from belvedere.observability import emit, log_request, logger
from tests.clock import CLOCK

Lines = Callable[[], list[dict[str, Any]]]
FIELDS = {"route": "GET /thing", "status": 200, "ms": 1.25, "workspace": None, "cold_start": False}
COUNTED = {"Requests": (MetricUnit.Count, 1), "Latency": (MetricUnit.Milliseconds, 1.25)}


def timeless(line: dict[str, Any]) -> list[tuple[str, Any]]:
    """A line's fields in order, but for its time."""
    return [(name, value) for name, value in line.items() if name != "timestamp"]


@pytest.mark.parametrize("trace", [None, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1"])
def test_the_line_of_a_request_is_the_loggers(log: Lines, monkeypatch: pytest.MonkeyPatch, trace: str | None) -> None:
    if trace:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    logger().info("request", **FIELDS)
    log_request(FIELDS)
    theirs, ours = log()
    assert timeless(ours) == timeless(theirs)
    assert ("xray_trace_id" in ours) is bool(trace)
    assert len(ours["timestamp"]) == len(theirs["timestamp"])
    assert ours["timestamp"][:10] >= theirs["timestamp"][:10]


def test_a_level_above_info_leaves_the_line_out(log: Lines) -> None:
    level = logger().log_level
    logger().setLevel("WARNING")
    try:
        log_request(FIELDS)
    finally:
        logger().setLevel(level)
    assert log() == []


def test_a_log_that_is_gone_fails_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(logger().registered_handler, "stream", gone)
    monkeypatch.setattr("logging.raiseExceptions", False)
    log_request(FIELDS)


def test_the_metrics_of_a_request_are_those_of_powertools(log: Lines) -> None:
    theirs = EphemeralMetrics(namespace="Belvedere", service="belvedere")
    theirs.add_dimension(name="board", value="learning")
    for name, (unit, value) in COUNTED.items():
        theirs.add_metric(name=name, unit=unit, value=value)
    with CLOCK.real_time():  # theirs knows no other
        theirs.flush_metrics()
        emit("learning.summary", COUNTED)
    expected, line = log()
    assert abs(line["_aws"].pop("Timestamp") - expected["_aws"].pop("Timestamp")) < 60_000
    assert line == expected


def test_routes_of_a_board_share_its_metrics_because_each_value_of_a_dimension_is_paid_for(log: Lines) -> None:
    for function in ("learning.summary", "learning.export"):
        emit(function, COUNTED)
    assert [line["board"] for line in log()] == ["learning", "learning"]


def test_every_line_has_its_own_values(log: Lines) -> None:
    for number in (1, 2):
        emit("learning.summary", {"Requests": (MetricUnit.Count, number)})
    assert [line["Requests"] for line in log()] == [[1.0], [2.0]]


def test_metrics_may_be_switched_off_as_powertools_says(log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    emit("learning.summary", COUNTED)
    assert log() == []
