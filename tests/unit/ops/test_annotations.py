"""Notes are read a few days at once, and only as many days as an answer shows."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from belvedere.time_ranges import EVER
from grafana import annotations


def test_days_beyond_the_last_note_that_is_shown_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def two_of_day(_: Any, day: str, __: Any) -> Iterator[str]:
        read.append(day)
        yield from (f"{day} first", f"{day} second")

    monkeypatch.setattr(annotations, "_of_day", two_of_day)
    monkeypatch.setattr(annotations, "PARALLEL", 4)
    days = [f"2025-01-{number:02}" for number in range(1, 31)]
    notes = list(islice(annotations._of_days(None, days, EVER), 5))  # type: ignore[arg-type]
    assert notes == [f"2025-01-{day} {which}" for day in ("01", "02") for which in ("first", "second")] + [
        "2025-01-03 first"
    ]
    assert sorted(read) == days[:4]
