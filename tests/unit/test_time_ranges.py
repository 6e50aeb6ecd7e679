"""Ranges: snapped outward to whole buckets, and refused with the field's name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, iso
from belvedere.errors import Invalid
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import PRESETS, TimeRange, buckets, resolve

NOW = 1_736_943_330_000  # 2025-01-15T12:15:30Z


def asked(preset: str | None = None, start: str | None = None, end: str | None = None,
          finest: Grain = Grain.MINUTE) -> TimeRange:  # fmt: skip
    return resolve(preset, start, end, now=NOW, finest=finest)


def test_nothing_asked_is_seven_days() -> None:
    assert asked() == asked("7d")


@given(preset=st.sampled_from([*PRESETS]), time_of_day=st.integers(0, DAY_MS - 1), finest=st.sampled_from(Grain))
@example(preset="24h", time_of_day=2 * MINUTE_MS, finest=Grain.DAY)
def test_a_preset_covers_its_length_at_any_time_of_day(preset: str, time_of_day: int, finest: Grain) -> None:
    now = NOW - NOW % DAY_MS + time_of_day
    part = resolve(preset, None, None, now=now, finest=finest)
    assert part.start <= now - PRESETS[preset]
    assert now < part.end <= ceil(now + 1, finest if finest is Grain.DAY else Grain.HOUR)
    assert part.preset == preset


@given(preset=st.sampled_from(["7d", "30d", "90d", "1y"]), time_of_day=st.integers(0, DAY_MS - 1))
def test_a_preset_of_days_begins_with_a_day_whatever_the_answer_s_rollups_keep(preset: str, time_of_day: int) -> None:
    now = NOW - NOW % DAY_MS + time_of_day
    starts = {resolve(preset, None, None, now=now, finest=finest).start for finest in Grain}
    assert starts == {floor(now - PRESETS[preset], Grain.DAY)}


@given(preset=st.sampled_from(["1h", "6h", "24h"]), time_of_day=st.integers(0, DAY_MS - 1))
def test_a_preset_of_hours_begins_with_an_hour_where_hours_are_kept(preset: str, time_of_day: int) -> None:
    now = NOW - NOW % DAY_MS + time_of_day
    starts = {resolve(preset, None, None, now=now, finest=finest).start for finest in (Grain.MINUTE, Grain.HOUR)}
    assert starts == {floor(now - PRESETS[preset], Grain.HOUR)}


def test_short_recent_ranges_are_told_in_minutes_and_longer_ones_in_hours() -> None:
    assert iso(asked("1h").end) == "2025-01-15T12:16:00Z"
    assert iso(asked("24h").end) == "2025-01-15T13:00:00Z"


def test_minutes_are_not_asked_of_a_family_without_them() -> None:
    assert asked("1h", finest=Grain.HOUR).end % HOUR_MS == 0


def test_a_short_range_of_long_ago_is_told_in_hours_because_its_minutes_are_gone() -> None:
    part = asked(start="2025-01-01T10:20:00Z", end="2025-01-01T11:10:00Z")
    assert (iso(part.start), iso(part.end)) == ("2025-01-01T10:00:00Z", "2025-01-01T12:00:00Z")


def test_both_dates_win_over_the_preset() -> None:
    part = asked("30d", "2025-01-01", "2025-01-02")
    assert (iso(part.start), iso(part.end), part.preset) == ("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", None)


@pytest.mark.parametrize(
    "start",
    [
        "2025-01-01T02:00:00+02:00",
        "2025-01-01T02:00:00 02:00",
        "2025-01-01T02:00:00.000 02:00",
        "2025-01-01T00:00:00.000000 00:00",
        "2025-01-01T02:00 02:00",
        "2025-01-01T02:00:00 0200",
        "2025-01-01T02:00:00 02",
        "20250101T020000 0200",
        "2025-01-01 02:00:00 02:00",
        "2025-01-01 00:00",
        "2025-01-01T00:00:00",
        "2025-01-01 00:00:00",
    ],
)
def test_dates_may_have_an_offset_a_lost_plus_or_none_for_utc(start: str) -> None:
    assert iso(asked(start=start, end="2025-01-02").start) == "2025-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"preset": "2w"}, "preset: '2w' is not one of 1h, 6h, 24h, 7d, 30d, 90d, 1y"),
        ({"start": "2025-01-01"}, "start_date, end_date: send both"),
        ({"start": "soon", "end": "2025-01-01"}, "start_date: 'soon' is not ISO 8601"),
        ({"start": "1969-12-31", "end": "2025-01-01"}, "start_date: '1969-12-31' is not from 1970-01-01"),
        ({"start": "2025-01-01", "end": "9999-12-31T23:00-02:00"}, "end_date: .* is not from 1970"),
        ({"start": "2025-01-01", "end": "0001-01-01"}, "end_date"),
        ({"start": "2025-01-02", "end": "2025-01-01"}, "start_date: must be before end_date"),
        ({"start": "2025-01-01", "end": "2025-01-01"}, "start_date: must be before end_date"),
        ({"start": "2000-01-01", "end": "2025-01-01"}, "at most 3660 days"),
    ],
)
def test_a_wrong_range_is_refused_with_its_field(request_: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        asked(**request_)


def test_buckets_cover_the_range_half_open() -> None:
    assert buckets(TimeRange(0, 2 * DAY_MS), Grain.DAY) == [0, DAY_MS]
    assert buckets(TimeRange(30 * MINUTE_MS, HOUR_MS + 1), Grain.HOUR) == [0, HOUR_MS]


def test_a_range_of_a_day_or_less_is_made_of_hours_also_where_only_days_are_kept() -> None:
    day = NOW - NOW % DAY_MS
    past_midnight = resolve("1h", None, None, now=day + 2 * MINUTE_MS, finest=Grain.DAY)
    assert (iso(past_midnight.start), iso(past_midnight.end)) == ("2025-01-14T23:00:00Z", "2025-01-15T01:00:00Z")
    night = resolve(None, iso(day - MINUTE_MS), iso(day + MINUTE_MS), now=NOW, finest=Grain.DAY)
    assert (iso(night.start), iso(night.end)) == ("2025-01-14T23:00:00Z", "2025-01-15T01:00:00Z")
    longer = resolve(None, iso(day - MINUTE_MS), iso(day + DAY_MS), now=NOW, finest=Grain.DAY)
    assert (iso(longer.start), iso(longer.end)) == ("2025-01-14T00:00:00Z", "2025-01-16T00:00:00Z")
