"""Days and hours of any time zone are exact where a workspace has named a zone like it, and told as inexact elsewhere.

Every answer is compared with a plain recount of the events by `zoneinfo`.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_datetime, to_ms
from belvedere.ingest.event import Event
from belvedere.query.planner.request import QueryBody
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import respond
from belvedere.rollups.seal import Seal
from belvedere.rollups.slots import Grain, ZoneHistory
from belvedere.sketches.histogram import Histogram
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import interaction

Json = dict[str, Any]
METRICS = ("interaction_count", "successful_interactions", "unique_users", "p50_response_time")
ODD = (
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Chatham", "Asia/Tehran",
    "Australia/Eucla", "Pacific/Marquesas", "America/St_Johns", "America/Caracas", "Asia/Pyongyang", "Asia/Singapore",
    "Africa/Monrovia", "Pacific/Kiritimati", "America/Montevideo", "America/Moncton", "Antarctica/Casey",
)  # fmt: skip
MOMENTS = tuple(
    to_ms(datetime.fromisoformat(text))
    for text in (
        "1972-01-07T00:44:30+00:00", "1974-01-13T03:00:00+00:00", "1979-10-01T10:40:00+00:00",
        "1981-12-31T16:30:00+00:00", "1987-10-25T02:31:00+00:00", "1993-04-04T04:01:00+00:00",
        "2007-12-09T07:00:00+00:00", "2015-08-14T15:00:00+00:00", "2020-10-03T16:01:00+00:00",
        "2025-04-05T15:00:00+00:00", "2025-04-05T14:00:00+00:00", "2025-10-04T15:30:00+00:00",
        "2026-01-04T18:30:00+00:00",
    )
)  # fmt: skip
zones = st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})))
bases = st.one_of(st.sampled_from(MOMENTS), st.integers(63_072_000_000, 2_000_000_000_000))
near = st.one_of(st.integers(-3 * HOUR_MS, 3 * HOUR_MS), st.integers(-3 * DAY_MS, 3 * DAY_MS),
                 st.integers(-400, 400).map((15 * MINUTE_MS).__mul__))  # fmt: skip
histories = st.lists(
    st.builds(
        dict, at=near, user=st.sampled_from(["ann", "bob", None]), agent_type=st.sampled_from(["x", "y", None]),
        success=st.booleans(), execution_time_ms=st.sampled_from([None, 5.0, 70.0, 900.0]),
    ), max_size=25,
)  # fmt: skip
GROUPS: dict[str, Callable[[datetime], Any]] = {
    "1h": lambda at: (at.date(), at.hour), "6h": lambda at: (at.date(), at.hour // 6), "1d": datetime.date,
    "1w": lambda at: at.date() - timedelta(days=at.weekday()), "1mo": lambda at: at.date().replace(day=1),
}  # fmt: skip


def happened(history: Iterable[Json], base: int, received: int) -> list[Event]:
    return [interaction(f"e{n}", **one | {"at": max(0, base + one["at"]), "received": received})
            for n, one in enumerate(history)]  # fmt: skip


def always(zone: str) -> Callable[[Event], str]:
    return ZoneHistory(((0, ZoneInfo(zone)),)).slot


def ask(table: MemoryRollups, zone: str, part: tuple[int, int], **body: Any) -> Json:
    given = {"board": "learning", "metrics": list(METRICS), "tz": zone,
             "range": {"from": to_datetime(part[0]).isoformat(), "to": to_datetime(part[1]).isoformat()}}  # fmt: skip
    now = part[1] + 30 * DAY_MS
    return asyncio.run(respond(QueryBody.model_validate(given | body), Reader(table, StateTable(), lambda: now), now))  # type: ignore[arg-type]


def counted(found: Json, zone: str, by: str) -> dict[Any, Json]:
    """The rows that are not empty, by what their label says on the clocks of the zone."""
    rows = [(datetime.fromisoformat(row["time"]), row) for row in found["rows"] if row["interaction_count"]]
    assert all(when.utcoffset() == when.astimezone(ZoneInfo(zone)).utcoffset() for when, _ in rows)
    keys = [GROUPS[by](when) for when, _ in rows]
    if by == "1h":  # an hour that comes twice is two rows
        totals = Counter[Any]()
        for key, (_, row) in zip(keys, rows, strict=True):
            totals[key] += row["interaction_count"]
        return {key: {"interaction_count": number} for key, number in totals.items()}
    assert len(keys) == len(set(keys))
    return {key: {name: row[name] for name in METRICS} for key, (_, row) in zip(keys, rows, strict=True)}


def recounted(events: Iterable[Event], found: Json, zone: str, by: str) -> dict[Any, Json]:
    start, end = (to_ms(datetime.fromisoformat(found["time_range"][name])) for name in ("start", "end"))
    groups: dict[Any, list[Event]] = {}
    for event in events:
        if start <= event.time < end:
            groups.setdefault(GROUPS[by](to_datetime(event.time).astimezone(ZoneInfo(zone))), []).append(event)
    return {key: numbers(some) if by != "1h" else {"interaction_count": len(some)} for key, some in groups.items()}


def numbers(events: list[Event]) -> Json:
    times = [time for event in events if (time := event.properties.get("execution_time_ms")) is not None]
    return {
        "interaction_count": len(events),
        "successful_interactions": sum(event.properties["success"] for event in events),
        "unique_users": len({event.user for event in events} - {None}),
        "p50_response_time": Histogram.of(times).quantile(0.5) if times else None,
    }


def seal(table: MemoryRollups, events: Iterable[Event]) -> None:
    times = [event.time for event in events] or [0]
    part = TimeRange(floor(min(times), Grain.DAY), ceil(max(times) + 1, Grain.DAY))
    Seal(table, CATALOG.boards["learning"].rollup_tables).run(part)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=150)
@given(zones, bases, histories, near, st.integers(HOUR_MS, 6 * DAY_MS), st.sampled_from(list(GROUPS)), st.booleans())
def test_buckets_of_a_zone_equal_a_recount_of_the_events(
    zone: str, base: int, history: list[Json], first: int, length: int, by: str, sealed: bool
) -> None:
    events = happened(history, base, base)
    table = folded(*events, slot_of=always(zone))
    if sealed:
        seal(table, events)
    start = max(0, base + first)
    found = ask(table, zone, (start, start + length), granularity=by, compare="previous" if start > length else None)
    assert found["inexact"] is None
    assert counted(found, zone, by) == recounted(events, found, zone, by)


@settings(deadline=None, max_examples=60)
@given(zones, bases, histories, st.sampled_from(["1h", "1d"]))
def test_buckets_of_one_user_do_too(zone: str, base: int, history: list[Json], by: str) -> None:
    events = happened(history, base, base)
    part = (max(0, base - 2 * DAY_MS), base + 2 * DAY_MS)
    found = ask(folded(*events, slot_of=always(zone)), zone, part, granularity=by,
                metrics=["interaction_count"], filters={"dimension": "user", "in": ["ann"]})  # fmt: skip
    assert found["inexact"] is None
    mine = [event for event in events if event.user == "ann"]
    counts = {key: row["interaction_count"] for key, row in recounted(mine, found, zone, by).items()}
    told: dict[Any, int] = {}
    for row in found["rows"]:
        key = GROUPS[by](datetime.fromisoformat(row["time"]))
        told[key] = told.get(key, 0) + row["interaction_count"]
    assert {key: number for key, number in told.items() if number} == counts


@settings(deadline=None, max_examples=60)
@given(zones, bases, histories, near, st.integers(HOUR_MS, 6 * DAY_MS), st.booleans())
def test_the_whole_of_a_range_of_a_zone_is_of_its_events_alone(
    zone: str, base: int, history: list[Json], first: int, length: int, sealed: bool
) -> None:
    events = happened(history, base, base)
    table = folded(*events, slot_of=always(zone))
    if sealed:
        seal(table, events)
    found = ask(table, zone, (max(0, base + first), max(0, base + first) + length), group_by=["agent_type"])
    start, end = (to_ms(datetime.fromisoformat(found["time_range"][name])) for name in ("start", "end"))
    meant: dict[str, list[Event]] = {}
    for event in events:
        if start <= event.time < end and "agent_type" in event.properties:
            meant.setdefault(event.properties["agent_type"], []).append(event)
    assert {row["agent_type"]: {name: row[name] for name in METRICS} for row in found["rows"]} == {
        agent: numbers(some) for agent, some in meant.items()
    }


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(ODD), bases, histories, st.lists(st.integers(0, 2), min_size=25, max_size=25))
def test_days_that_were_counted_in_part_before_the_zone_was_set_are_right_or_told_as_inexact(
    zone: str, base: int, history: list[Json], received: list[int]
) -> None:
    slot_of = ZoneHistory(((1, ZoneInfo(zone)), (2, ZoneInfo("Europe/Berlin")))).slot
    events = [interaction(one.id, at=one.time, user=one.user, received=when, **one.properties)
              for one, when in zip(happened(history, base, 0), received, strict=False)]  # fmt: skip
    part = (max(0, base - 5 * DAY_MS), base + 5 * DAY_MS)
    found = ask(folded(*events, slot_of=slot_of), zone, part, granularity="1d")
    told, true = counted(found, zone, "1d"), recounted(events, found, zone, "1d")
    for day in {day for day in told.keys() | true.keys() if told.get(day) != true.get(day)}:
        assert found["inexact"] is not None
        assert day in days_of(found["inexact"], zone)
    assert sum(row["interaction_count"] for row in told.values()) == len(events)


def days_of(inexact: Json, zone: str) -> set[date]:
    start, end = (datetime.fromisoformat(inexact[name]) for name in ("start", "end"))
    hours = int((end - start) / timedelta(hours=1))
    moments = [start + timedelta(hours=number) for number in range(hours + 1)]
    return {
        (when - timedelta(seconds=1) * back).astimezone(ZoneInfo(zone)).date() for when in moments for back in (0, 1)
    }


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Berlin", "2025-03-30", 23), ("Australia/Lord_Howe", "2025-04-06", 24.5),
     ("Australia/Lord_Howe", "2025-10-05", 23.5), ("Australia/Adelaide", "2025-04-06", 25),
     ("Asia/Kathmandu", "2025-04-06", 24)],
)  # fmt: skip
def test_a_day_of_a_zone_is_as_long_as_it_was(zone: str, day: str, hours: float) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    found = ask(MemoryRollups(), zone, (to_ms(midnight), to_ms(midnight) + 2 * DAY_MS), granularity="1d")
    first, second = (datetime.fromisoformat(row["time"]) for row in found["rows"][:2])
    assert (first.date().isoformat(), (second - first) / timedelta(hours=1)) == (day, hours)


def test_a_zone_that_was_never_set_is_answered_by_whole_hours_and_says_so() -> None:
    at = to_ms(datetime(2026, 1, 4, 18, 10, tzinfo=UTC))  # 23:40 of the 4th in India
    found = ask(folded(interaction(at=at)), "Asia/Kolkata", (at - DAY_MS, at + DAY_MS), granularity="1d")
    assert [row["time"] for row in found["rows"] if row["interaction_count"]] == ["2026-01-05T00:00:00+05:30"]
    assert found["inexact"] == {"start": "2026-01-04T18:00:00Z", "end": "2026-01-04T19:00:00Z"}


def test_hours_of_minutes_that_still_live_need_no_setting() -> None:
    at = to_ms(datetime(2026, 1, 5, 10, 10, tzinfo=UTC))  # 15:40 in India
    body = QueryBody.model_validate({
        "board": "learning", "metrics": ["interaction_count", "unique_users"], "tz": "Asia/Kolkata",
        "range": {"preset": "6h"}, "granularity": "1h",
    })  # fmt: skip
    table = folded(interaction("a", at=at), interaction("b", at=at + 25 * MINUTE_MS, user="bob"))
    found = asyncio.run(respond(body, Reader(table, StateTable(), lambda: at + HOUR_MS), at + HOUR_MS))  # type: ignore[arg-type]
    assert [(row["time"][11:], row["unique_users"]) for row in found["rows"] if row["interaction_count"]] == [
        ("15:00:00+05:30", 1), ("16:00:00+05:30", 1),
    ]  # fmt: skip
    assert found["inexact"] is None


def test_a_period_before_whose_minutes_are_gone_is_made_of_its_hours() -> None:
    now = to_ms(datetime(2026, 1, 5, 10, 0, tzinfo=UTC))
    body = QueryBody.model_validate({
        "board": "learning", "metrics": ["interaction_count"], "tz": "Asia/Kolkata", "compare": "previous",
        "range": {"from": "2026-01-03T12:10:00Z", "to": "2026-01-03T16:10:00Z"},
    })  # fmt: skip
    table = folded(interaction(at=to_ms(datetime(2026, 1, 3, 9, 20, tzinfo=UTC))))
    for key in [key for key in table.items if "#minute#" in key.pk]:
        del table.items[key]
    found = asyncio.run(respond(body, Reader(table, StateTable(), lambda: now), now))  # type: ignore[arg-type]
    assert found["rows"] == [{"interaction_count": 0, "previous": {"interaction_count": 1}}]
