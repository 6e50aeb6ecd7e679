"""Moments as text."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import iso_ms

LATEST = 253_402_300_799_999  # the last millisecond of 9999


@given(st.integers(0, LATEST))
def test_fixed_width_text_is_the_iso_text_of_the_moment(ms: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    assert iso_ms(ms) == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
