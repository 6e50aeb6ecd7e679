"""The range of an export: dates include their day, moments do not."""

import pytest

from belvedere.clock import DAY_MS, iso, to_ms
from belvedere.errors import Invalid
from belvedere.export.jobs.body import DateRangeBody
from belvedere.export.jobs.date_range import resolve_range
from tests.clock import now


def told(start: str | None, end: str | None, timezone: str | None = None, preset: str | None = None) -> tuple[str, str]:
    first, last = resolve_range(DateRangeBody(start=start, end=end, preset=preset), timezone, to_ms(now()))
    return iso(first), iso(last)


def test_a_date_as_the_end_is_included_and_a_moment_is_not() -> None:
    assert told("2025-01-01", "2025-01-31") == ("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
    assert told("2025-01-01", "2025-01-31T00:00:00Z") == ("2025-01-01T00:00:00Z", "2025-01-31T00:00:00Z")


def test_dates_and_moments_without_an_offset_are_meant_by_the_clocks_of_the_zone() -> None:
    assert told("2025-03-30", "2025-03-30", "Europe/Berlin") == ("2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z")
    assert told("2025-01-01T10:00:00", "2025-01-01T12:00:00+00:00", "Europe/Berlin") == (
        "2025-01-01T09:00:00Z", "2025-01-01T12:00:00Z",
    )  # fmt: skip


def test_without_a_range_it_is_the_last_thirty_days() -> None:
    present = to_ms(now())
    assert resolve_range(None, None, present) == (present - 30 * DAY_MS, present)


@pytest.mark.parametrize(
    ("start", "end", "preset", "field"),
    [
        ("2025-01-02", "2025-01-01", None, "date_range.start"),
        ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", None, "date_range.start"),
        ("2025-01-01", None, None, "date_range.start, date_range.end"),
        ("2025-01-01", "2025-01-02", "7d", "date_range.preset"),
        (None, None, "2d", "date_range.preset"),
        ("2025-13-01", "2025-12-01", None, "date_range.start"),
        ("yesterday", "2025-12-01", None, "date_range.start"),
        ("2015-01-01", "2025-01-01", None, "date_range"),
        ("2025-01-01", "9999-12-31", None, "date_range.end"),
    ],
)
def test_a_range_of_no_use_is_refused_by_its_field(
    start: str | None, end: str | None, preset: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        told(start, end, preset=preset)
    assert refused.value.detail.startswith(f"{field}: ")


def test_a_zone_that_there_is_not_is_refused() -> None:
    with pytest.raises(Invalid, match=r"^timezone: "):
        told("2025-01-01", "2025-01-02", "Atlantis/Central")
