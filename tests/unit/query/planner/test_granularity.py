"""Answer buckets in any zone: without gaps, without overlap, at local midnight."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import iso, to_ms
from belvedere.errors import Invalid
from belvedere.query.planner.granularity import GRANULARITIES, granularity, time_zone

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
COARSE = ("6h", "1d", "1w", "1mo")
moments = st.integers(1_000_000_000_000, 2_000_000_000_000)


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


@given(moments, st.sampled_from(list(GRANULARITIES)))
def test_utc_buckets_follow_each_other_without_gap_or_overlap(ms: int, name: str) -> None:
    width = GRANULARITIES[name]
    start = width.start(ms)
    end = width.next(start)
    assert start <= ms < end
    assert (width.start(start), width.start(end - 1), width.start(end)) == (start, start, end)


@pytest.mark.parametrize("name", GRANULARITIES)
@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_last_bucket_of_the_calendar_ends_beyond_every_range(name: str, zone: str) -> None:
    width, last = GRANULARITIES[name], at("9999-12-31T00:00:00+00:00")
    assert width.next(width.start(last - 1, time_zone(zone)), time_zone(zone)) >= last


@given(moments, st.sampled_from(COARSE), st.sampled_from(ZONES))
def test_local_buckets_do_too_whatever_daylight_saving_does(ms: int, name: str, zone_name: str) -> None:
    width, zone = GRANULARITIES[name], time_zone(zone_name)
    start = width.start(ms, zone)
    end = width.next(start, zone)
    assert start <= ms < end
    assert (width.start(start, zone), width.start(end - 1, zone), width.start(end, zone)) == (start, start, end)


@pytest.mark.parametrize(
    ("name", "zone", "moment", "start"),
    [
        ("1d", None, "2025-01-15T23:59:59Z", "2025-01-15T00:00:00Z"),
        ("1w", None, "2025-01-15T10:00:00Z", "2025-01-13T00:00:00Z"),
        ("1mo", None, "2025-01-15T10:00:00Z", "2025-01-01T00:00:00Z"),
        ("1d", "Europe/Berlin", "2025-01-15T23:30:00Z", "2025-01-15T23:00:00Z"),
        ("1d", "America/New_York", "2025-07-15T03:59:00Z", "2025-07-14T04:00:00Z"),
        ("1mo", "America/New_York", "2025-03-20T00:00:00Z", "2025-03-01T05:00:00Z"),
        ("1d", "Asia/Kolkata", "2025-01-15T18:29:59Z", "2025-01-14T18:30:00Z"),
        ("1d", "Asia/Kolkata", "2025-01-15T18:30:00Z", "2025-01-15T18:30:00Z"),
        ("1h", "Asia/Kathmandu", "2025-01-15T18:29:59Z", "2025-01-15T18:15:00Z"),
        ("1h", "Europe/Berlin", "2025-01-15T18:29:59Z", "2025-01-15T18:00:00Z"),
        ("1d", "Pacific/Chatham", "2025-01-15T12:00:00Z", "2025-01-15T10:15:00Z"),
        ("6h", "Antarctica/Casey", "2018-10-06T21:59:59Z", "2018-10-06T20:00:00Z"),
        ("1d", "Africa/Monrovia", "1971-05-05T12:00:00Z", "1971-05-05T00:44:30Z"),
    ],
)
def test_a_bucket_starts_at_local_midnight(name: str, zone: str | None, moment: str, start: str) -> None:
    assert iso(GRANULARITIES[name].start(at(moment), time_zone(zone))) == start


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-01", 24)])
def test_a_local_day_is_as_long_as_it_was(day: str, hours: int) -> None:
    zone, width = time_zone("Europe/Berlin"), GRANULARITIES["1d"]
    start = width.start(at(f"{day}T12:00:00+02:00"), zone)
    assert (width.next(start, zone) - start) / 3_600_000 == hours


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="granularity: '2h' is not one of 1m, 5m, 15m, 1h, 6h, 1d, 1w, 1mo"):
        granularity("2h")
    with pytest.raises(Invalid, match="tz: 'Mars/Olympus' is not an IANA time zone"):
        time_zone("Mars/Olympus")
    for name in ("../../etc/passwd", "localtime", "right/Europe/Berlin", "Factory", ""):
        with pytest.raises(Invalid, match="tz"):
            time_zone(name)
