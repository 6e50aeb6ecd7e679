"""A batch is checked at once where that is enough, with the results that its events have one by one."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import DAY_MS
from belvedere.errors import TooLarge
from belvedere.ingest.batch import at_once, parse_all
from belvedere.ingest.body import MAX_EVENTS, EventBatch, batch_of
from belvedere.ingest.event import EventContent
from belvedere.ingest.parse import parse
from belvedere.ingest.quarantine import Rejected
from belvedere.ingest.writable import MAX_EVENT

NOW = 1_736_942_400_000  # 2025-01-15T12:00:00Z

plain = st.text('ab"\\é\n\x7f\u2028', max_size=5)
names = plain | st.sampled_from(["", "x" * 200, "x" * 201, "a\x7fb", "a\x00b", "a\nb", "\u00e9", "\u2028", "\\"])
whole = st.integers(-(2**63), 2**64 - 1)
odd = st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | st.just([])
huge = st.sampled_from([2**64, [-(2**64)]])  # what no writer can write
times = st.sampled_from([
    "2025-01-15T11:00:00Z", "2025-01-15T12:00:00.123456+01:00", "2025-01-15T11:00:00.9999999Z", "20250115T110000Z",
    "2025-01-15t11:00:00z", "2025-01-15T11:00:00", "2025-W03-3T11:00:00Z", "1969-12-31T23:59:59Z", "yesterday", "",
    "9999-12-31T23:59:59Z", NOW, NOW + DAY_MS, NOW + DAY_MS + 1, 0, -1, 1.5, 1e12, 10**30, True,
])  # fmt: skip
values = st.recursive(
    odd | names, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3)
)
good = st.fixed_dictionaries(
    {"id": st.uuids().map(str), "type": st.just("learning.interaction"), "time": st.integers(0, NOW + DAY_MS),
     "properties": st.fixed_dictionaries({"success": st.booleans()}, optional={"x": values, "concept": st.just("c")})},
    optional={"user": st.sampled_from(["ann", "bob"]) | st.none(), "workspace": st.just("demo") | st.none()},
)  # fmt: skip
doubtful = st.fixed_dictionaries(
    {},
    optional={
        "id": names | odd, "type": st.sampled_from(["learning.hint", "annotations.note", "nope"]) | odd,
        "time": times | odd, "user": names | odd, "workspace": st.sampled_from(["demo", "other"]) | odd,
        "properties": st.dictionaries(st.sampled_from(["success", "title", "end", "agent_type"]), values | huge) | odd,
        "more": values,
    },
)  # fmt: skip
event = good | st.builds(lambda one, other: one | other, good, doubtful) | doubtful
texts = st.builds(lambda one, escaped: json.dumps(one, ensure_ascii=escaped).encode(), event, st.booleans())
broken = st.sampled_from([b"{oops", b"3", b"null", b'{"id":"\xff"}', b'{"id":"1"', b'"x":2}', b"{}{}", b"{},{}"])


def one_by_one(raws: Sequence[bytes]) -> list[Any]:
    return [outcome(raw) for raw in raws]


def outcome(raw: bytes) -> Any:
    try:
        return parse(raw, "demo", NOW)
    except Rejected as rejected:
        return told(rejected)


def told(one: EventContent | Rejected) -> Any:
    return (one.reason, one.detail, one.event_id) if isinstance(one, Rejected) else one


def array(raws: Sequence[bytes]) -> EventBatch:
    return EventBatch([b"[" + b",".join(raws) + b"]"], array=True)


@given(st.lists(texts, max_size=6))
def test_an_array_has_the_results_of_its_events_one_by_one(raws: list[bytes]) -> None:
    assert [told(one) for one in parse_all(array(raws), "demo", NOW)] == one_by_one(raws)


@given(st.lists(texts | broken | st.binary(max_size=9), max_size=6))
def test_lines_have_the_results_of_their_events_one_by_one(raws: list[bytes]) -> None:
    assert [told(one) for one in parse_all(EventBatch(raws), "demo", NOW)] == one_by_one(raws)


@pytest.mark.parametrize("form", [array, EventBatch])
@pytest.mark.parametrize(
    "fault",
    [{"id": "a\x00b"}, {"id": "a\x7fb"}, {"user": "a\nb"}, {"user": ""}, {"id": "x" * 201}, {"type": "nope"},
     {"time": NOW + DAY_MS + 1}, {"time": -1}, {"time": "2025-01-15T11:00:00"}, {"time": True}, {"time": 1e12},
     {"workspace": "other"}, {"workspace": 7}, {"properties": {"success": "yes"}}, {"properties": []}],
)  # fmt: skip
def test_one_fault_is_found_and_the_others_are_kept(form: Any, fault: dict[str, Any]) -> None:
    raws = [wire(), json.dumps(json.loads(wire()) | fault, ensure_ascii=False).encode(), wire()]
    found = parse_all(form(raws), "demo", NOW)
    assert [type(one) for one in found] == [EventContent, Rejected, EventContent]
    assert [told(one) for one in found] == one_by_one(raws)


@given(st.lists(good.map(lambda one: json.dumps(one).encode()), max_size=6))
def test_good_events_are_checked_at_once(raws: list[bytes]) -> None:
    assert at_once(array(raws), "demo", NOW) == at_once(EventBatch(raws), "demo", NOW) == one_by_one(raws)


def test_iso_times_are_checked_at_once_too_alone_or_beside_numbers() -> None:
    mixed = [wire(time=time) for time in ("2025-01-15T12:00:00+01:00", NOW, "2025-01-15T11:00:00.5Z")]
    for raws in (mixed[:1], mixed):
        assert at_once(array(raws), "demo", NOW) == one_by_one(raws)


def test_escapes_alone_are_no_reason_to_look_closer() -> None:
    raws = [wire(user="\u00e9", properties={"success": True, "said": 'a "word"\n'})]
    assert b"\\" in raws[0]
    assert at_once(array(raws), "demo", NOW) == one_by_one(raws)


def test_a_batch_larger_than_one_event_may_be_is_checked_at_once_all_the_same() -> None:
    raws = [wire(properties={"success": True, "x": "y" * (MAX_EVENT // 2)})] * 3
    assert at_once(array(raws), "demo", NOW) == one_by_one(raws)


@pytest.mark.parametrize("form", [array, EventBatch])
def test_one_event_over_its_limit_is_rejected_alone(form: Any) -> None:
    raws = [wire(), wire(properties={"success": True, "x": "y" * MAX_EVENT}), wire()]
    assert [told(one) for one in parse_all(form(raws), "demo", NOW)] == one_by_one(raws)


@pytest.mark.parametrize("form", [array, EventBatch])
def test_more_good_events_than_a_request_takes_are_too_many(form: Any) -> None:
    assert len(parse_all(form([wire()] * MAX_EVENTS), "demo", NOW)) == MAX_EVENTS
    with pytest.raises(TooLarge, match="5001 events"):
        parse_all(form([wire()] * (MAX_EVENTS + 1)), "demo", NOW)


def test_wrapped_events_are_a_batch_as_an_array_is() -> None:
    batch = batch_of(b'{"events": [' + wire() + b"]}", {})
    assert at_once(batch, "demo", NOW) == one_by_one([wire()])


def wire(**changes: Any) -> bytes:
    one = {"id": "e1", "type": "learning.interaction", "time": NOW, "properties": {"success": True}} | changes
    return json.dumps(one).encode()
