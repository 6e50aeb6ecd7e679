"""One raw event becomes canonical, or is rejected with a reason that names the field."""

import json
from typing import Any

import pytest

from belvedere.clock import DAY_MS
from belvedere.ingest.event import EventContent
from belvedere.ingest.parse import parse
from belvedere.ingest.quarantine import Reason, Rejected
from belvedere.ingest.writable import MAX_EVENT

NOW = 1_736_942_400_000  # 2025-01-15T12:00:00Z


def wire(**changes: Any) -> bytes:
    event = {"id": "e1", "type": "learning.interaction", "time": "2025-01-15T11:00:00Z", "user": "ann",
             "properties": {"success": True}} | changes  # fmt: skip
    return json.dumps({name: value for name, value in event.items() if value is not ...}).encode()


def rejected(raw: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse(raw, "demo", NOW)
    return caught.value


def test_a_good_event_becomes_its_content() -> None:
    expected = EventContent("e1", {"success": True}, NOW - 3_600_000, "learning.interaction", "ann")
    assert parse(wire(), "demo", NOW) == expected


@pytest.mark.parametrize("time", ["2025-01-15T12:00:00+01:00", "2025-01-15T11:00:00.000Z", 1_736_938_800_000])
def test_a_time_is_iso_with_an_offset_or_epoch_milliseconds(time: str | int) -> None:
    assert parse(wire(time=time), "demo", NOW).time == 1_736_938_800_000


def test_old_events_are_as_welcome_as_new_ones() -> None:
    assert parse(wire(time="1999-12-31T23:59:59Z"), "demo", NOW).time == 946_684_799_000


def test_a_day_ahead_is_the_limit() -> None:
    assert parse(wire(time=NOW + DAY_MS), "demo", NOW).time == NOW + DAY_MS
    assert rejected(wire(time=NOW + DAY_MS + 1)).reason is Reason.TIME_IN_FUTURE


def test_no_properties_are_no_properties_however_they_are_written() -> None:
    hints = [wire(type="learning.hint", properties=value) for value in (None, {}, ...)]
    assert [parse(hint, "demo", NOW).properties for hint in hints] == [{}, {}, {}]


def test_unknown_properties_are_kept() -> None:
    properties = {"success": True, "step": "a", "deep": {"list": [1, None]}}
    assert parse(wire(properties=properties), "demo", NOW).properties == properties


@pytest.mark.parametrize("field", ["id", "type", "time"])
def test_a_missing_field_is_named(field: str) -> None:
    error = rejected(wire(**{field: ...}))
    assert (error.reason, error.detail.startswith(field)) == (Reason.MISSING_FIELD, True)


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"id": ""}, Reason.INVALID_ID, "id"),
        ({"id": "x" * 201}, Reason.INVALID_ID, "1 to 200"),
        ({"id": "a\x00b"}, Reason.INVALID_ID, "control character"),
        ({"id": 7}, Reason.INVALID_ID, "id"),
        ({"type": "learning.nothing"}, Reason.UNKNOWN_TYPE, "learning.interaction"),
        ({"time": "yesterday"}, Reason.INVALID_TIME, "ISO 8601"),
        ({"time": "2025-01-15T11:00:00"}, Reason.INVALID_TIME, "offset"),
        ({"time": True}, Reason.INVALID_TIME, "time"),
        ({"time": 1.5}, Reason.INVALID_TIME, "time"),
        ({"time": -1}, Reason.INVALID_TIME, "1970"),
        ({"time": 10**30}, Reason.INVALID_TIME, "9999"),
        ({"user": 7}, Reason.INVALID_USER, "user"),
        ({"workspace": "other"}, Reason.FOREIGN_WORKSPACE, "'demo'"),
        ({"properties": {}}, Reason.INVALID_PROPERTY, "success"),
        ({"properties": {"success": "yes"}}, Reason.INVALID_PROPERTY, "properties.success: expected bool"),
        ({"properties": {"success": True, "execution_time_ms": -1}}, Reason.INVALID_PROPERTY, "execution_time_ms"),
        ({"properties": {"success": True, "agent_type": ""}}, Reason.INVALID_PROPERTY, "agent_type"),
        ({"properties": [1]}, Reason.INVALID_PROPERTY, "properties"),
    ],
)
def test_a_wrong_value_is_rejected_with_its_reason(changes: dict[str, Any], reason: Reason, said: str) -> None:
    error = rejected(wire(**changes))
    assert error.reason is reason
    assert said in error.detail


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{oops", Reason.MALFORMED_JSON),
        (b"3", Reason.NOT_AN_OBJECT),
        (b'"text"', Reason.NOT_AN_OBJECT),
        (b"null", Reason.NOT_AN_OBJECT),
        (b"\xff\xfe", Reason.MALFORMED_JSON),
        (wire(id="#").replace(b"#", b"\xff"), Reason.MALFORMED_JSON),
        (wire(properties={"success": True, "x": "#"}).replace(b"#", b"\xff"), Reason.MALFORMED_JSON),
        (wire(id="\ud800"), Reason.MALFORMED_JSON),
        (wire(properties={"success": True, "x": "y" * MAX_EVENT}), Reason.TOO_LARGE),
        (wire().replace(b'"success": true', b'"success": true, "x": ' + b"[" * 50_000 + b"]" * 50_000),
         Reason.MALFORMED_JSON),
    ],
)  # fmt: skip
def test_what_is_no_event_at_all_is_rejected_too(raw: bytes, reason: Reason) -> None:
    assert rejected(raw).reason is reason


def test_a_rejection_remembers_the_id_where_there_was_one() -> None:
    assert rejected(wire(type="nope")).event_id == "e1"
    assert rejected(wire(id=...)).event_id is None
