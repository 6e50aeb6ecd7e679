"""Slots: which hours are taken apart, and where."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import HOUR_MS, MINUTE_MS, iso, to_ms
from belvedere.rollups.slots import ZoneHistory, off_hour, slot_name, slot_of, slot_span, turns
from tests.unit.rollups.builders import interaction


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("zone", "hour", "found"),
    [
        ("Europe/Berlin", "2025-03-30T01:00:00Z", ["01:00:00Z"]),
        ("Asia/Kolkata", "2026-01-04T18:00:00Z", ["18:30:00Z"]),
        ("Asia/Kathmandu", "2026-01-04T18:00:00Z", ["18:15:00Z"]),
        ("Australia/Lord_Howe", "2025-07-01T18:00:00Z", ["18:30:00Z"]),
        ("Australia/Lord_Howe", "2025-01-01T18:00:00Z", ["18:00:00Z"]),
        ("Asia/Singapore", "1981-06-01T18:00:00Z", ["18:30:00Z"]),
        ("Asia/Singapore", "1983-06-01T18:00:00Z", ["18:00:00Z"]),
        ("America/St_Johns", "1987-10-25T02:00:00Z", ["02:30:00Z", "02:31:00Z"]),
        ("America/Montevideo", "1974-01-13T03:00:00Z", ["03:00:00Z", "03:30:00Z"]),
        ("Africa/Monrovia", "1971-05-05T00:00:00Z", ["00:44:30Z"]),
    ],
)
def test_an_hour_turns_where_an_hour_of_the_zone_begins_or_its_clocks_are_changed(
    zone: str, hour: str, found: list[str]
) -> None:
    assert [iso(turn)[11:] for turn in turns(at(hour), ZoneInfo(zone))] == found
    assert off_hour(at(hour), at(hour) + HOUR_MS, ZoneInfo(zone)) == (found != [hour[11:]])


@pytest.mark.parametrize(
    ("zone", "moment", "slot"),
    [
        ("Asia/Kolkata", "2026-01-04T18:14:59.999Z", "0"),
        ("Asia/Kolkata", "2026-01-04T18:30:00Z", "2"),
        ("Asia/Kathmandu", "2026-01-04T18:59:59Z", "3"),
        ("Europe/Berlin", "2026-01-04T18:59:59Z", ""),
        ("America/St_Johns", "1987-10-25T02:30:59Z", "1800-1860"),
        ("America/St_Johns", "1987-10-25T02:31:00Z", "1860-2700"),
        ("Africa/Monrovia", "1971-05-05T00:44:30Z", "2670-2700"),
    ],
)
def test_a_slot_is_a_quarter_or_what_a_change_leaves_of_it(zone: str, moment: str, slot: str) -> None:
    assert slot_of(at(moment), ZoneInfo(zone)) == slot


@given(st.integers(0, 3599), st.integers(1, 3600))
def test_a_slot_s_name_says_from_when_to_when_it_is(start: int, length: int) -> None:
    span = (start * 1000, min(start + length, 3600) * 1000)
    assert slot_span(slot_name(*span)) == span


def test_an_event_is_counted_by_the_zone_of_when_it_was_received() -> None:
    history = ZoneHistory(((10, ZoneInfo("Asia/Kolkata")), (20, None), (30, ZoneInfo("Asia/Kathmandu"))))
    past = at("2026-01-04T18:20:00Z")
    slots = [history.slot(interaction(at=past, received=when)) for when in (9, 10, 19, 20, 29, 30)]
    assert slots == ["", "1", "1", "", "", "1"]
    assert past % HOUR_MS == 20 * MINUTE_MS
