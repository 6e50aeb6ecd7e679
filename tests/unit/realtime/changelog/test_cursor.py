"""Cursors: what a reader gives back is what it was given, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.errors import Invalid
from belvedere.realtime.changelog.cursor import Cursor, parse

NUMBERS = st.integers(0, 10**12)


@given(NUMBERS, NUMBERS, st.integers(1, 1000))
def test_a_cursor_survives_being_written_and_read(seq: int, more: int, part: int) -> None:
    for cursor in (Cursor("0a1b2c3d", seq), Cursor("0a1b2c3d", seq, seq + more + 1, part)):
        assert parse(str(cursor)) == cursor


STRANGE = ["", "7", "0a1b2c3d", "0a1b2c3d.-1", "0a1b2c3d.1.2", "0a1b2c3d.5.4.1", "x.1", "0a1b2c3d.1;", "0a1b2c3d.٣"]


@pytest.mark.parametrize("text", STRANGE)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid, match=r"^since: give back the cursor"):
        parse(text, "since")
