"""What the learning contract says of headers, and what its contradictions were decided to mean."""

import gzip
import re
from typing import Any

import pytest

from tests.contract.learning.school import WEEK
from tests.worlds.served import Served

SUMMARY, SERIES, GROUPS = "/dashboard/summary", "/dashboard/timeseries", "/dashboard/aggregation"
ASKED = {
    SUMMARY: ("GET", {"params": WEEK}),
    SERIES: ("POST", {"json": {"metrics": ["interaction_count"], "time_range": WEEK}}),
    GROUPS: ("POST", {"json": {"dimensions": ["hour"], "metrics": ["interaction_count"], "time_range": WEEK}}),
}
ON_EVERY_ROUTE = pytest.mark.parametrize("path", ASKED)
SECONDS = re.compile(r"\d+\.\d{3}")
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-xss-protection": "1; mode=block",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "referrer-policy": "strict-origin-when-cross-origin",
}


def ask(board: Served, path: str, **headers: str) -> Any:
    method, options = ASKED[path]
    return board.ask(method, path, headers=headers, **options)


@ON_EVERY_ROUTE
def test_the_board_names_itself_and_its_version(board: Served, path: str) -> None:
    headers = ask(board, path).headers
    assert headers["x-api-version"] == "2.0.0"
    assert headers["x-dashboard-api"] == "Belvedere"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "kind"), [(SUMMARY, "dashboard_summary"), (SERIES, "timeseries"), (GROUPS, "aggregation")]
)
def test_the_kind_of_answer_is_told_as_documented(board: Served, path: str, kind: str) -> None:
    assert ask(board, path).headers["x-cache-type"] == kind


def test_the_summary_tells_its_cache_key_in_the_header_and_the_body(board: Served) -> None:
    answer = ask(board, SUMMARY)
    assert answer.headers["x-cache-key"] == answer.json()["cache_info"]["cache_key"]
    assert re.fullmatch(r"dashboard:summary:[0-9a-f]{16}", answer.headers["x-cache-key"])


# `private`, where the contract's example says `public`: students' data belong in no shared cache.


def test_the_summary_may_be_kept_for_the_documented_times_by_its_reader_alone(board: Served) -> None:
    assert ask(board, SUMMARY).headers["cache-control"] == "private, max-age=300, stale-while-revalidate=600"


@pytest.mark.parametrize("path", [SERIES, GROUPS])
def test_the_answer_to_a_post_is_not_kept_by_http(board: Served, path: str) -> None:
    assert ask(board, path).headers["cache-control"] == "no-store"


@ON_EVERY_ROUTE
def test_an_answer_is_told_apart_by_the_key_it_was_asked_with(board: Served, path: str) -> None:
    assert {"X-API-Key", "Authorization", "Accept-Encoding"} <= set(ask(board, path).headers["vary"].split(", "))


# ETags: weak and over the part that means something, so that the time of an answer does not change it.


def test_the_etag_is_sixteen_hex_digits_and_the_same_for_an_answer_worked_out_again(board: Served) -> None:
    first = ask(board, SUMMARY)
    again = board.get(SUMMARY, **WEEK, force_refresh="true")
    assert re.fullmatch(r'W/"[0-9a-f]{16}"', first.headers["etag"])
    assert again.json()["cache_info"]["generated_at"] != first.json()["cache_info"]["generated_at"]
    assert again.headers["etag"] == first.headers["etag"]
    assert board.get(SUMMARY, **WEEK, user_ids="user1").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("form", ["{0}", '"other", {0}', "*"])
def test_who_has_the_answer_already_gets_304_without_a_body(board: Served, form: str) -> None:
    etag = ask(board, SUMMARY).headers["etag"]
    answer = ask(board, SUMMARY, **{"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"].startswith("private, max-age=300")
    assert "content-type" not in answer.headers


def test_who_has_another_answer_gets_this_one(board: Served) -> None:
    assert ask(board, SUMMARY, **{"If-None-Match": 'W/"0123456789abcdef"'}).status_code == 200


# Compression, "for responses > 1KB"


@ON_EVERY_ROUTE
def test_an_answer_over_a_kilobyte_is_compressed_for_who_takes_it(board: Served, path: str) -> None:
    plain = ask(board, path, **{"Accept-Encoding": "identity"})
    packed = ask(board, path, **{"Accept-Encoding": "gzip, deflate"})
    if path == GROUPS:  # a short one
        assert len(plain.content) < 1000
        assert "content-encoding" not in packed.headers
        return
    assert len(plain.content) > 1000
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.json().keys() == plain.json().keys()


def test_a_compressed_question_to_a_board_is_no_json_and_is_refused_as_such(board: Served) -> None:
    packed = gzip.compress(b'{"metrics": ["interaction_count"], "time_range": {}}')
    answer = board.ask(
        "POST", SERIES, content=packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}
    )
    assert answer.status_code == 400


# Time, cost, identity, safety: on every answer, refusals included


@ON_EVERY_ROUTE
@pytest.mark.parametrize("refused", [False, True], ids=["answered", "refused"])
def test_every_answer_tells_its_time_and_its_cost(board: Served, path: str, refused: bool) -> None:
    answer = board.ask(ASKED[path][0], path, key="") if refused else ask(board, path)
    assert answer.status_code == (401 if refused else 200)
    headers = answer.headers
    assert SECONDS.fullmatch(headers["x-processing-time"])
    assert SECONDS.fullmatch(headers["x-average-response-time"])
    assert SECONDS.fullmatch(headers["x-response-time"].removesuffix("s"))
    assert headers["x-response-time"].endswith("s")
    assert re.search(r"\btotal;dur=\d+\.\d\d", headers["server-timing"])
    assert float(headers["x-read-units"]) >= 0
    assert float(headers["x-write-units"]) >= 0
    assert int(headers["x-cost-nano-usd"]) >= 0


def test_what_the_tables_report_is_told_and_priced(board: Served) -> None:
    dear = board.get(SUMMARY, **WEEK, force_refresh="true").headers
    cheap = board.get(SUMMARY, **WEEK).headers
    assert float(dear["x-read-units"]) > float(cheap["x-read-units"])
    assert int(dear["x-cost-nano-usd"]) > int(cheap["x-cost-nano-usd"])
    assert cheap["x-cache"].startswith("hit")


@ON_EVERY_ROUTE
@pytest.mark.parametrize("refused", [False, True], ids=["answered", "refused"])
def test_every_answer_is_safe_to_show(board: Served, path: str, refused: bool) -> None:
    headers = (board.ask(ASKED[path][0], path, key="") if refused else ask(board, path)).headers
    assert {name: headers[name] for name in SECURITY} == SECURITY
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "geolocation=()" in headers["permissions-policy"]


@ON_EVERY_ROUTE
def test_a_request_is_called_as_its_sender_calls_it(board: Served, path: str) -> None:
    assert ask(board, path, **{"X-Request-ID": "abc12345"}).headers["x-request-id"] == "abc12345"
    assert ask(board, path, **{"X-Request-ID": "not a sane id"}).headers["x-request-id"] != "not a sane id"
