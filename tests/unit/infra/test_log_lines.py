"""What `make logs` shows of the lines that functions write."""

import json
from typing import Any

import pytest

from infra.local.log_lines import readable

REQUEST = {
    "level": "INFO", "message": "request", "timestamp": "2026-11-28 12:03:40,371+0000", "service": "belvedere",
    "function": "productivity.metrics", "route": "GET /api/metrics", "status": 200, "ms": 302.64, "bytes": 1104,
    "read_units": 5.5, "write_units": 0.0, "cost_nano_usd": 4413, "workspace": "demo", "cold_start": False,
    "request_id": "r-1",
}  # fmt: skip


def shown(**told: Any) -> str | None:
    return readable(json.dumps(REQUEST | told) + "\n")


def test_a_request_is_a_line_with_its_time_its_units_and_its_cost() -> None:
    assert shown() == "12:03:40 GET /api/metrics  200  303 ms  5.5 read 0 write units  $0.0000044  demo"


def test_a_cold_start_is_told() -> None:
    assert shown(cold_start=True) == f"{shown()}  cold start"


def test_a_failed_request_names_the_id_that_its_other_lines_have() -> None:
    line = shown(status=404, workspace=None)
    assert line == "12:03:40 GET /api/metrics  404  303 ms  5.5 read 0 write units  $0.0000044  request_id=r-1"


def test_any_other_line_shows_what_it_counts() -> None:
    line = {"level": "INFO", "message": "folded", "timestamp": REQUEST["timestamp"], "service": "belvedere",
            "changes": 9, "workspaces": {"demo": 1}}  # fmt: skip
    assert readable(json.dumps(line)) == '12:03:40 folded changes=9 workspaces={"demo": 1}'


def test_trouble_says_its_level_and_shows_where_it_came_from() -> None:
    line = {"level": "ERROR", "message": "failed", "timestamp": REQUEST["timestamp"], "exception": "Traceback\n  x = 1"}
    assert readable(json.dumps(line)) == "12:03:40 ERROR failed\n  Traceback\n    x = 1"


@pytest.mark.parametrize(
    "line",
    [
        "START RequestId: 43d392db Version: $LATEST",
        "END RequestId: 43d392db",
        "REPORT RequestId: 43d392db\tDuration: 508 ms",
        '{"_aws":{"CloudWatchMetrics":[]},"route":"fold.rollups","changes":[1.0]}',
    ],
)
def test_what_only_machines_want_is_left_out(line: str) -> None:
    assert readable(line) is None


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "{broken", "17", '{"a": 1}'])
def test_what_is_nothing_of_ours_is_shown_as_it_is(line: str) -> None:
    assert readable(line) == line
