"""POST /v1/events: every form of body, and a result for each event (docs/events.md)."""

import gzip
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clock import now
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served, hint, interaction, ndjson

TIME = "2025-01-14T10:00:00Z"
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
Json = dict[str, Any]


def post(served: Served, body: bytes, *, key: str | None = None, **headers: str) -> Any:
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    return served.ask("POST", "/v1/events", key=served.key("write") if key is None else key, content=body,
                      headers={"Content-Type": "application/json", **asked})  # fmt: skip


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    told = [result["result"] for result in body["results"]]
    assert [result["index"] for result in body["results"]] == list(range(len(told)))
    for result in ("accepted", "duplicate", "conflict", "rejected"):
        assert body[result] == told.count(result)
    return told


# Forms


def test_an_object_is_one_event(served: Served) -> None:
    assert results(post(served, json.dumps(interaction("object", TIME)).encode())) == ["accepted"]


def test_an_array_is_many(served: Served) -> None:
    body = json.dumps([interaction("array-1", TIME), hint("array-2", TIME)]).encode()
    assert results(post(served, body)) == ["accepted", "accepted"]


def test_events_may_be_wrapped(served: Served) -> None:
    body = json.dumps({"events": [interaction("wrapped-1", TIME), interaction("wrapped-2", TIME)], "sent_by": "me"})
    assert results(post(served, body.encode())) == ["accepted", "accepted"]


def test_an_object_with_a_type_is_an_event_whatever_else_it_has(served: Served) -> None:
    event = interaction("typed", TIME) | {"events": [interaction("inner", TIME)]}
    assert results(post(served, json.dumps(event).encode())) == ["accepted"]


@pytest.mark.parametrize("kind", NDJSON)
def test_a_line_each_with_empty_lines_between(served: Served, kind: str) -> None:
    body = b"\n" + ndjson(interaction(f"{kind}-1", TIME)) + b"\r\n" + ndjson(interaction(f"{kind}-2", TIME))
    assert results(post(served, body, Content_Type=f"{kind}; charset=utf-8")) == ["accepted", "accepted"]


def test_a_broken_line_is_rejected_by_itself(served: Served) -> None:
    body = ndjson(interaction("good-line", TIME)) + b"{broken\n" + ndjson(interaction("good-line-2", TIME))
    answer = post(served, body, Content_Type=NDJSON[0])
    assert results(answer) == ["accepted", "rejected", "accepted"]
    assert answer.json()["results"][1] | {"detail": ""} == {
        "index": 1, "id": None, "result": "rejected", "reason": "malformed_json", "detail": "",
    }  # fmt: skip


@pytest.mark.parametrize("empty", [b"[]", b'{"events": []}'])
def test_no_events_are_no_results(served: Served, empty: bytes) -> None:
    assert results(post(served, empty)) == []


@pytest.mark.parametrize("kind", ["application/json", NDJSON[0]])
def test_gzip_is_taken_in_every_form(served: Served, kind: str) -> None:
    body = gzip.compress(ndjson(interaction(f"gzip {kind}", TIME)))
    assert results(post(served, body, Content_Type=kind, Content_Encoding="gzip")) == ["accepted"]


def test_a_time_may_be_iso_with_any_offset_or_epoch_milliseconds(served: Served) -> None:
    ms = int(datetime.fromisoformat(TIME).timestamp() * 1000)
    same = [interaction("clock", time) for time in (TIME, "2025-01-14T15:30:00+05:30", ms)]
    assert results(post(served, json.dumps(same).encode())) == ["accepted", "duplicate", "duplicate"]


def test_no_properties_and_null_ones_are_empty_ones(served: Served) -> None:
    whole = hint("bare", TIME)
    bare = {name: value for name, value in whole.items() if name != "properties"}
    body = json.dumps([whole, bare, whole | {"properties": None}]).encode()
    assert results(post(served, body)) == ["accepted", "duplicate", "duplicate"]


# Results


def test_the_same_event_again_is_a_duplicate_whatever_the_order_of_its_keys(served: Served) -> None:
    event = interaction("twice", TIME)
    turned = dict(reversed(event.items())) | {"properties": dict(reversed(event["properties"].items()))}
    assert results(post(served, json.dumps(event).encode())) == ["accepted"]
    assert results(post(served, json.dumps([event, turned]).encode())) == ["duplicate", "duplicate"]


def test_other_content_under_the_same_time_and_id_is_a_conflict_and_the_first_stays(served: Served) -> None:
    first, other = interaction("contested", TIME), interaction("contested", TIME, ok=False)
    assert results(post(served, json.dumps(first).encode())) == ["accepted"]
    answer = post(served, json.dumps(other).encode())
    assert results(answer) == ["conflict"]
    assert answer.json()["results"][0]["reason"] == "different_content"
    assert results(post(served, json.dumps(first).encode())) == ["duplicate"]


def test_the_same_id_at_another_time_is_another_event(served: Served) -> None:
    both = [interaction("same-id", TIME), interaction("same-id", "2025-01-14T10:00:00.001Z")]
    assert results(post(served, json.dumps(both).encode())) == ["accepted", "accepted"]


def test_events_of_another_workspace_are_no_duplicates(served: Served) -> None:
    body = json.dumps(interaction("shared-name", TIME)).encode()
    assert results(post(served, body)) == ["accepted"]
    assert results(post(served, body, key=served.key("write", "stranger"))) == ["accepted"]


SOON = (now() + timedelta(days=2)).isoformat()
GOOD = interaction("x", TIME)
REJECTED: list[tuple[str, Any, str]] = [
    ("not_an_object", 7, "object"),
    ("not_an_object", ["nested"], "object"),
    ("missing_field", {name: value for name, value in GOOD.items() if name != "id"}, "id"),
    ("missing_field", GOOD | {"type": None}, "type"),
    ("missing_field", {name: value for name, value in GOOD.items() if name != "time"}, "time"),
    ("invalid_id", GOOD | {"id": ""}, "id"),
    ("invalid_id", GOOD | {"id": 7}, "id"),
    ("invalid_id", GOOD | {"id": "x" * 201}, "200"),
    ("invalid_id", GOOD | {"id": "a\nb"}, "control"),
    ("unknown_type", GOOD | {"type": "learning.exam"}, "learning.interaction"),
    ("unknown_type", GOOD | {"type": ["learning.hint"]}, "type"),
    ("invalid_time", GOOD | {"time": "2025-01-14T10:00:00"}, "offset"),
    ("invalid_time", GOOD | {"time": "last week"}, "ISO 8601"),
    ("invalid_time", GOOD | {"time": 1.5}, "time"),
    ("invalid_time", GOOD | {"time": True}, "time"),
    ("invalid_time", GOOD | {"time": -1}, "1970"),
    ("time_in_future", GOOD | {"time": SOON}, "24 hours"),
    ("invalid_user", GOOD | {"user": ""}, "user"),
    ("invalid_user", GOOD | {"user": {"id": 1}}, "user"),
    ("invalid_property", GOOD | {"properties": {}}, "success"),
    ("invalid_property", GOOD | {"properties": [1]}, "properties"),
    ("invalid_property", GOOD | {"properties": {"success": "yes"}}, "success"),
    ("invalid_property", GOOD | {"properties": {"success": True, "execution_time_ms": -1}}, "execution_time_ms"),
    ("invalid_property", GOOD | {"properties": {"success": True, "agent_type": ""}}, "agent_type"),
    ("foreign_workspace", GOOD | {"workspace": "stranger"}, "demo"),
    ("too_large", GOOD | {"properties": {"success": True, "essay": "x" * (256 * 1024)}}, "256 KiB"),
]


@pytest.mark.parametrize(("reason", "event", "told"), REJECTED, ids=[f"{n}-{one[0]}" for n, one in enumerate(REJECTED)])
def test_a_bad_event_is_rejected_by_name_and_the_others_are_taken(
    served: Served, reason: str, event: Any, told: str
) -> None:
    position = next(number for number, one in enumerate(REJECTED) if one[1] is event)
    beside = [interaction(f"beside-{position}-{side}", TIME) for side in ("before", "after")]
    answer = post(served, json.dumps([beside[0], event, beside[1]]).encode())
    assert results(answer) == ["accepted", "rejected", "accepted"]
    refused = answer.json()["results"][1]
    assert refused["reason"] == reason
    assert told in refused["detail"]


def test_the_workspace_s_own_name_may_be_sent(served: Served) -> None:
    body = json.dumps(interaction("named", TIME) | {"workspace": "demo"})
    assert results(post(served, body.encode())) == ["accepted"]


# What cannot be read at all changes nothing


@pytest.mark.parametrize(
    ("body", "headers", "status", "code", "told"),
    [
        (b"", {}, 400, "BAD_REQUEST", "NDJSON"),
        (b"hello", {}, 400, "BAD_REQUEST", "NDJSON"),
        (b"7", {}, 400, "BAD_REQUEST", "NDJSON"),
        (b"[1,", {}, 400, "BAD_REQUEST", "not valid JSON"),
        (b'{"a": }', {}, 400, "BAD_REQUEST", "not valid JSON"),
        (b"[" * 100_000, {}, 400, "BAD_REQUEST", "JSON"),
        (b'{"events": 7}', {}, 400, "BAD_REQUEST", "events"),
        (b"not gzip", {"Content_Encoding": "gzip"}, 400, "BAD_REQUEST", "inflated"),
        (gzip.compress(b"[]")[:-4], {"Content_Encoding": "gzip"}, 400, "BAD_REQUEST", "too early"),
        (b"[]", {"Content_Encoding": "br"}, 400, "BAD_REQUEST", "gzip"),
        (b"[" + b" " * (4 * 1024 * 1024) + b"]", {}, 413, "PAYLOAD_TOO_LARGE", "4 MiB"),
        (gzip.compress(b" " * (64 * 1024 * 1024)), {"Content_Encoding": "gzip"}, 413, "PAYLOAD_TOO_LARGE", "5 MiB"),
        (b"[" + b"7," * 5000 + b"7]", {}, 413, "PAYLOAD_TOO_LARGE", "5000"),
    ],
    ids=[
        "nothing", "text", "a number", "half an array", "broken", "too deep", "events is no array", "not gzip",
        "half a gzip", "another encoding", "too large", "too large when inflated", "too many",
    ],
)  # fmt: skip
def test_an_unreadable_body_is_refused_as_a_whole(
    served: Served, body: bytes, headers: dict[str, str], status: int, code: str, told: str
) -> None:
    assert_refused(post(served, body, **headers), status, code, told)


def test_a_read_key_writes_nothing(served: Served) -> None:
    answer = post(served, json.dumps(interaction("unauthorised", TIME)).encode(), key=served.key("read"))
    assert_refused(answer, 403, "FORBIDDEN", "'write'")
    assert results(post(served, json.dumps(interaction("unauthorised", TIME)).encode())) == ["accepted"]


def test_without_the_table_nothing_is_acknowledged(served: Served) -> None:
    body = json.dumps(interaction("lost", TIME)).encode()
    post(served, b"[]")  # the key is known from now on
    with served.with_environment(EVENTS_TABLE="gone"):
        assert_refused(post(served, body), 503, "DATABASE_ERROR")
    assert results(post(served, body)) == ["accepted"]


def test_the_answer_is_never_kept_and_tells_what_it_cost(served: Served) -> None:
    answer = post(served, json.dumps(interaction("priced", TIME)).encode())
    assert answer.headers["cache-control"] == "no-store"
    assert float(answer.headers["x-write-units"]) > 0
    assert int(answer.headers["x-cost-nano-usd"]) > 0
