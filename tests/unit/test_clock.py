"""Moments as text."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import DAY_MS, HOUR_MS, iso, iso_ms, now_ms
from tests.clock import BEGAN_MS, beginning

LATEST = 253_402_300_799_999  # the last millisecond of 9999


@given(st.integers(0, LATEST))
def test_fixed_width_text_is_the_iso_text_of_the_moment(ms: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    assert iso_ms(ms) == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given(st.integers(0, LATEST - 2 * DAY_MS), st.integers(0, 23), st.integers(0, 59))
def test_tests_begin_at_their_time_of_day_at_least_two_hours_and_at_most_a_day_later(ms: int, h: int, m: int) -> None:
    began = beginning(f"{h:02}:{m:02}", ms)
    assert iso(began)[11:] == f"{h:02}:{m:02}:00Z"
    assert 2 * HOUR_MS <= began - ms < DAY_MS + 2 * HOUR_MS


def test_the_products_present_is_that_of_the_tests() -> None:
    assert 0 <= now_ms() - BEGAN_MS < HOUR_MS
