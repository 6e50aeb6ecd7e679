"""Which days `since` means."""

import pytest

from belvedere.boards.productivity.window import dates, days_of, recent, window
from belvedere.clock import DAY_MS, HOUR_MS, iso
from belvedere.errors import Invalid

NOON = 1_736_942_400_000  # 2025-01-15T12:00:00Z


@pytest.mark.parametrize(("since", "days"), [("7", 7), ("1", 1), ("3650", 3650), ("invalid", 7), ("", 7), ("1.5", 7)])
def test_a_whole_number_is_days_and_anything_else_is_a_week(since: str, days: int) -> None:
    assert days_of(since) == days


@pytest.mark.parametrize("since", ["0", "-1", "3651", "999999999"])
def test_a_number_beyond_ten_years_or_below_a_day_is_refused(since: str) -> None:
    with pytest.raises(Invalid, match="since: must be a number of days from 1 to 3650"):
        days_of(since)


def test_a_window_begins_at_midnight_and_ends_with_today() -> None:
    part = window(7, NOON)
    assert (iso(part.start), iso(part.end)) == ("2025-01-08T00:00:00Z", "2025-01-16T00:00:00Z")
    assert part.end - part.start == 8 * DAY_MS


def test_an_endpoint_may_have_another_default_and_another_limit() -> None:
    assert days_of("invalid", "days", default=30) == 30
    with pytest.raises(Invalid, match="days: must be a number of days from 1 to 365"):
        days_of("366", "days", most=365)


def test_dates_are_whole_days_of_which_the_last_is_today() -> None:
    part = dates(7, NOON)
    assert (iso(part.start), iso(part.end)) == ("2025-01-09T00:00:00Z", "2025-01-16T00:00:00Z")
    assert dates(1, NOON - 12 * HOUR_MS).start == NOON - 12 * HOUR_MS, "midnight belongs to the day that begins"


@pytest.mark.parametrize(("now", "end"), [(NOON, NOON + HOUR_MS), (NOON + 1, NOON + HOUR_MS), (NOON - 1, NOON)])
def test_recent_hours_end_with_the_one_that_it_is(now: int, end: int) -> None:
    part = recent(7, now)
    assert (part.end, part.end - part.start) == (end, 7 * DAY_MS)
