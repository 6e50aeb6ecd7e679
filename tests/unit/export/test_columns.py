"""Moments and columns as text and as plain data."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import END_OF_CALENDAR_MS, iso, iso_in
from belvedere.export.columns import REMEMBERED, Column, ColumnType, Memo, TimestampText


@given(st.integers(0, END_OF_CALENDAR_MS - 1))
def test_moments_are_written_as_everywhere_else(ms: int) -> None:
    assert TimestampText(None)(ms) == iso(ms)
    zone = ZoneInfo("Asia/Kolkata")
    assert TimestampText(zone)(ms % (END_OF_CALENDAR_MS // 2)) == iso_in(ms % (END_OF_CALENDAR_MS // 2), zone)


@pytest.mark.parametrize("ms", [-1, -86_400_000, -86_400_001])
def test_moments_before_1970_are_written_too(ms: int) -> None:
    assert TimestampText(None)(ms) == iso(ms)


def test_a_column_of_moments_says_what_is_there_for_nothing() -> None:
    assert TimestampText(None).column([0, None], "") == ["1970-01-01T00:00:00Z", ""]


def test_columns_survive_json() -> None:
    for kind in ColumnType:
        assert Column.from_json(Column("a", kind).to_json()) == Column("a", kind)


def test_what_is_remembered_is_bounded() -> None:
    memo = Memo(str)
    assert [memo[number] for number in range(REMEMBERED + 5)][-1] == str(REMEMBERED + 4)
    assert len(memo) == 5
