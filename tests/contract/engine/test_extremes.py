"""Numbers and dates from the ends of what can be written, in every field of every route."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from belvedere.http import asgi
from belvedere.http.openapi import document
from tests.worlds.served import Served

DATES = ("0001-01-01", "1969-12-31T23:59:59Z", "1970-01-01", "9994-12-31", "9999-12-30T23:59:59Z", "9999-12-31",
         "9999-12-31T23:59:59.999Z", "9999-12-31T23:00:00-12:00", "253402300799999", "99999999999999999999",
         "-99999999999999999999", "9" * 5_000, "1e400", "²²²²²²²²²²", "", "\ud7ff")  # fmt: skip
NUMBERS = (-1, 0, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**20, 10**30, 1e308, 5e-324)
PAIRED = ("1970-01-01", "9999-12-30T23:59:59Z", "9999-12-31", "99999999999999999999")
ENDS = (("1970-01-01", "1970-01-02"), ("9999-12-30", "9999-12-31"), ("9995-01-01", "9999-12-31"),
        ("9999-12-01", "9999-12-31T00:00:00Z"))  # fmt: skip
ZONES = (None, "UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu")
WIDTHS = ("1m", "1h", "6h", "1d", "1w", "1mo", "auto")
Json = dict[str, Any]
pytestmark = pytest.mark.one_hour


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, methods in document(asgi.endpoint_of)["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


@pytest.fixture(scope="module")
def board(served: Served) -> Iterator[Served]:
    with served.with_environment(STREAM_HOLD_S="0"):
        yield served


@pytest.mark.parametrize(("method", "path", "operation"), [*operations()], ids=lambda one: str(one)[:60])
def test_no_number_and_no_date_is_too_much_for_a_route(board: Served, method: str, path: str, operation: Json) -> None:
    for query, body in (*extreme_queries(operation), *extreme_bodies(operation)):
        url = path.replace("{", "").replace("}", "")
        answer = board.ask(method, url, params=query, content=body, key=board.key("admin", "extremes"),
                           headers={"Content-Type": "application/json"})  # fmt: skip
        assert answer.status_code < 500, (method, url, query, (body or b"")[:300], answer.text[:300])


def extreme_queries(operation: Json) -> Iterator[tuple[Json, bytes | None]]:
    """Each parameter of the query with each extreme, beside what the others need."""
    named = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    needed = {one["name"]: NEEDED.get(one["name"], "x") for one in named if one.get("required")}
    for one in named:
        yield from ((needed | {one["name"]: value}, None) for value in (*DATES, *map(str, NUMBERS)))
    names = {one["name"] for one in named}
    for first, last in (("from", "to"), ("start_date", "end_date")):
        if {first, last} <= names:
            yield from ((needed | {first: start, last: end}, None) for start, end in product(PAIRED, PAIRED))


NEEDED = {"board": "learning", "metrics": "interaction_count", "dim": "agent_type", "family": "learning.interactions"}


def extreme_bodies(operation: Json) -> Iterator[tuple[Json, bytes]]:
    """The route's example with each field of it, however deep, replaced by each extreme."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if example := content.get("example"):
        for changed in replaced(example):
            yield {}, json.dumps(changed).encode()


def replaced(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (value | {name: one} for one in replaced(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:1]):
            yield from ([*value[:place], one, *value[place + 1 :]] for one in replaced(inner))
    else:
        yield from (*DATES, *NUMBERS)


@pytest.mark.parametrize(("start", "end"), ENDS)
def test_every_bucket_in_every_zone_holds_at_the_ends_of_the_calendar(board: Served, start: str, end: str) -> None:
    key = board.key("admin", "extremes")
    for width, zone in product(WIDTHS, ZONES):
        asked = {"board": "learning", "metrics": ["interaction_count"], "range": {"from": start, "to": end},
                 "granularity": width, "tz": zone, "compare": "previous"}  # fmt: skip
        answers = [
            board.post("/v1/query", asked, key=key),
            board.get("/grafana/v1/timeseries", key=key, board="learning", metrics="interaction_count", from_=start,
                      to=end, granularity=width, **({"tz": zone} if zone else {})),
            board.post("/dashboard/timeseries", {"metrics": ["success_rate"], "granularity": width, "tz": zone,
                       "time_range": {"start_date": start, "end_date": end}}, key=key),
        ]  # fmt: skip
        assert all(one.status_code < 500 for one in answers), (width, zone, [one.text[:300] for one in answers])
