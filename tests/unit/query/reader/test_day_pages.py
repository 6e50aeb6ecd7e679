"""Day pages: an answer from pages is the answer from rows, whatever was folded while they were sealed."""

import asyncio
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere import utc_days
from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.errors import DatabaseUnavailable
from belvedere.ingest.event import Event
from belvedere.query.planner import plan
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Order, Question
from belvedere.query.reader import day_pages
from belvedere.query.reader import top_k as top_k_reads
from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.day_pages import fetches
from belvedere.query.reader.read import Reader
from belvedere.rollups import seal as rollups_seal
from belvedere.rollups import topk
from belvedere.rollups.revisions import REWRITTEN
from belvedere.rollups.seal import Seal
from belvedere.rollups.topk import top_k
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange
from tests.unit.fakes import FakeTable
from tests.unit.query.memory import MemoryRollups, folded
from tests.unit.rollups.builders import NOON, interaction, session

DAY = NOON - 12 * HOUR_MS
WEEK = TimeRange(DAY - 3 * DAY_MS, DAY + 4 * DAY_MS)
SPARSE = TimeRange(DAY - 3_650 * DAY_MS, DAY)
QUERIES = 12  # at most, for one grain of one family: the days, their pages, and rows in eight ranges
METRICS = ("interaction_count", "successful_interactions", "unique_users", "p95_response_time")


def seal(table: MemoryRollups, part: TimeRange = WEEK) -> dict[str, int]:
    return Seal(table, CATALOG.boards["learning"].rollup_tables).run(part)  # type: ignore[arg-type]


def ask(table: MemoryRollups, *metrics: str, part: TimeRange = WEEK, **options: Any) -> Answer:
    question = Question(board="learning", metrics=metrics or METRICS, range=part, **options)
    return asyncio.run(answer(question, Reader(table, FakeTable())))  # type: ignore[arg-type]


def points(found: Answer) -> list[tuple[int, dict[str, str], dict[str, Any]]]:
    return [(point.start, dict(point.dims), dict(point.metrics)) for point in found.points]


def test_a_sealed_week_of_hours_is_read_from_one_page_a_day() -> None:
    table = folded(*(interaction(f"e{i}", at=WEEK.start + i * HOUR_MS) for i in range(7 * 24)))
    seal(table)
    table.read.clear()
    found = ask(table, "interaction_count", granularity=GRANULARITIES["1h"])
    assert len(found.points) == 7 * 24
    assert all(point.metrics["interaction_count"] == 1 for point in found.points)
    assert (
        sorted(table.read)
        == ["demo#learning.interactions#day#counters"] * 7 + ["demo#learning.interactions#hour#counters+counts"] * 7
    )


def test_hourly_users_are_read_as_counts_without_their_members() -> None:
    table = folded(interaction("a"), interaction("b", user="bob"))
    seal(table)
    table.read.clear()
    found = ask(table, "unique_users", granularity=GRANULARITIES["1h"])
    assert max(point.metrics["unique_users"] or 0 for point in found.points) == 2
    assert "demo#learning.interactions#hour#counters+counts" in table.read
    assert not any(pk.endswith("#distinct.user") for pk in table.read)


def test_a_late_event_is_seen_at_once_although_its_day_was_sealed() -> None:
    table = folded(interaction("a"))
    seal(table)
    assert points(ask(table))[0][2]["interaction_count"] == 1
    table.fold(interaction("late", user="bob", at=NOON + HOUR_MS))
    assert points(ask(table))[0][2]["interaction_count"] == 2
    assert sum(p[2]["interaction_count"] for p in points(ask(table, granularity=GRANULARITIES["1h"]))) == 2


def test_a_page_that_a_fold_overtook_while_it_was_made_is_never_used() -> None:
    table = folded(interaction("a"))
    made = table.put_all

    def overtaken(items: Any) -> None:
        kept = list(items)
        table.fold(interaction(f"race{len(table.items)}", user="eve"))
        made(kept)

    table.put_all = overtaken  # type: ignore[method-assign]
    seal(table)
    table.put_all = made  # type: ignore[method-assign]
    hours = ask(table, "interaction_count", granularity=GRANULARITIES["1h"])
    day = int(table.items[Key("demo#learning.interactions#day#counters", "2025-01-15")]["count"])
    assert sum(point.metrics["interaction_count"] or 0 for point in hours.points) == day > 1


def test_sealing_again_packs_only_the_days_that_changed() -> None:
    table = folded(interaction("a"), interaction("b", at=NOON + DAY_MS))
    first = seal(table)
    assert first == {"sealed": 2, "kept": 0, "left": 0}
    assert seal(table) == {"sealed": 0, "kept": 2, "left": 0}
    table.fold(interaction("late"))
    assert seal(table) == {"sealed": 1, "kept": 1, "left": 0}


def test_sealing_that_runs_out_of_time_goes_on_with_the_days_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups_seal, "TOGETHER_DAYS", 2)
    table, times = folded(*(interaction(f"e{i}", at=WEEK.start + i * DAY_MS) for i in range(7))), iter([False, True])
    rollup_tables = CATALOG.boards["learning"].rollup_tables
    outcome = Seal(table, rollup_tables, lambda: next(times, True)).run(WEEK)  # type: ignore[arg-type]
    assert outcome == {"sealed": 2, "kept": 0, "left": 5}
    marked = [key.sk for key, row in table.items.items() if "sealed" in row]
    assert marked == [bucket_of(WEEK.start + i * DAY_MS, Grain.DAY) for i in (5, 6)]
    assert seal(table) == {"sealed": 5, "kept": 2, "left": 0}


def test_days_are_sealed_anew_when_there_is_one_more_family() -> None:
    table, rollup_tables = (
        folded(interaction("a"), interaction("b", at=NOON + DAY_MS)),
        CATALOG.boards["learning"].rollup_tables,
    )
    fewer = [family for family in rollup_tables if family.name != "learning.interactions_by_concept"]
    assert len(fewer) == len(rollup_tables) - 1
    Seal(table, fewer).run(WEEK)  # type: ignore[arg-type]
    assert seal(table)["sealed"] == 2


@pytest.mark.parametrize("sealed", [0, 200, 400])
@pytest.mark.parametrize("width", [None, "1mo", "1d"])
def test_ten_years_of_scattered_days_are_read_in_a_bounded_number_of_queries(sealed: int, width: str | None) -> None:
    scattered = Random(7).sample(range(3_650), 400)
    events = [interaction(f"e{i}", at=SPARSE.start + day * DAY_MS) for i, day in enumerate(scattered)]
    table = folded(*events[:sealed])
    seal(table, SPARSE)
    for event in events[sealed:]:
        table.fold(event)
    table.calls = 0
    found = ask(table, "interaction_count", part=SPARSE, group_by=("agent_type",),
                granularity=GRANULARITIES[width] if width else None)  # fmt: skip
    assert sum(point.metrics["interaction_count"] or 0 for point in found.points) == 400
    assert table.calls <= QUERIES


def test_a_remembered_page_is_read_no_second_time_and_forgotten_when_overtaken() -> None:
    table = folded(interaction("a"), *(interaction(f"e{i}", at=WEEK.start + i * DAY_MS) for i in range(7)))
    seal(table)
    ask(table, "interaction_count", granularity=GRANULARITIES["1h"])
    table.read.clear()
    ask(table, "interaction_count", granularity=GRANULARITIES["1h"])
    assert set(table.read) == {"demo#learning.interactions#day#counters"}
    table.fold(interaction("late"))
    seal(table)
    for _ in range(2):
        found = ask(table, "interaction_count", granularity=GRANULARITIES["1h"])
    assert sum(point.metrics["interaction_count"] or 0 for point in found.points) == 9


def test_the_busiest_users_of_a_week_are_ranked_from_tops_and_the_unsealed_day_from_its_rows() -> None:
    table = folded(*(interaction(f"a{i}", user="ann", at=WEEK.start + i * DAY_MS) for i in range(5)))
    for i in range(3):
        table.fold(interaction(f"b{i}", user="bob", success=i > 0))
    seal(table)
    table.fold(interaction("late", user="eve"))
    found = ask(
        table, "interaction_count", "success_rate", group_by=("user",), order=(Order("interaction_count"),), limit=2
    )
    assert points(found) == [
        (WEEK.start, {"user": "ann"}, {"interaction_count": 5, "success_rate": 1.0}),
        (WEEK.start, {"user": "bob"}, {"interaction_count": 3, "success_rate": 2 / 3}),
    ]
    assert (found.total, found.explain["left_out"]) == (3, 0)


def test_a_week_that_begins_and_ends_inside_of_days_takes_two_calls() -> None:
    table = folded(*(interaction(f"e{i}", at=WEEK.start + i * HOUR_MS) for i in range(7 * 24)))
    seal(table)
    table.calls = 0
    found = ask(table, *METRICS, part=TimeRange(WEEK.start + 5 * HOUR_MS, WEEK.end - 3 * HOUR_MS))
    assert (table.calls, points(found)[0][2]["interaction_count"]) == (2, 7 * 24 - 8)


def test_users_beyond_an_exact_count_are_the_same_from_pages_at_every_hour() -> None:
    crowd = [interaction(f"e{i}", user=f"u{i * 7 % 701}", at=DAY + i % 48 * HOUR_MS) for i in range(1_500)]
    table, plain = folded(*crowd), folded(*crowd)
    seal(table)
    for cut in range(24):
        for part in (
            TimeRange(DAY + cut * HOUR_MS, DAY + 2 * DAY_MS),
            TimeRange(DAY, DAY + 2 * DAY_MS - cut * HOUR_MS),
        ):
            asked = points(ask(table, "unique_users", "p95_response_time", part=part))
            assert asked == points(ask(plain, "unique_users", "p95_response_time", part=part))
    assert (asked[0][2]["unique_users"] or 0) > 256  # so registers were united, not members


def test_a_day_whose_sealing_was_cut_short_is_sealed_again() -> None:
    table = folded(interaction("a"))
    made, left = table.put_all, [1]

    def short(items: Any) -> None:
        if not left:
            raise DatabaseUnavailable("the tables are busy")
        left.pop()
        made(items)

    table.put_all = short  # type: ignore[method-assign]
    with pytest.raises(DatabaseUnavailable):
        seal(table)
    table.put_all = made  # type: ignore[method-assign]
    assert seal(table)["kept"] == 0


def test_the_present_day_is_read_row_by_row_at_once() -> None:
    table = folded(interaction("a"), interaction("b", at=NOON - DAY_MS))
    seal(table, TimeRange(WEEK.start, DAY))
    table.read.clear()
    question = Question(board="learning", metrics=("interaction_count",), range=TimeRange(DAY - DAY_MS, DAY + DAY_MS),
                        granularity=GRANULARITIES["1h"])  # fmt: skip
    reader = Reader(table, FakeTable(), clock=lambda: NOON)  # type: ignore[arg-type]
    found = asyncio.run(answer(question, reader))
    assert sum(point.metrics["interaction_count"] or 0 for point in found.points) == 2
    assert table.read.count("demo#learning.interactions#hour#counters") == 1
    assert table.read.count("demo#learning.interactions#hour#counters+counts") == 1


def test_the_leaders_are_told_by_heads_and_the_rest_is_read_only_where_they_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topk, "HEAD", 2)
    monkeypatch.setattr(plan, "HEAD", 6)
    busy = {"ann": 9, "bob": 6, "cy": 3, "dee": 2}
    table = folded(*(
        interaction(f"{day}{user}{i}", user=user, at=WEEK.start + day * DAY_MS)
        for day in range(3) for user, number in busy.items() for i in range(number)
    ))  # fmt: skip
    seal(table)
    for limit, whole in ((2, False), (3, True)):
        table.read.clear()
        found = ask(table, "interaction_count", group_by=("user",), order=(Order("interaction_count"),), limit=limit)
        assert [p[1]["user"] for p in points(found)] == ["ann", "bob", "cy"][:limit]
        assert [p[2]["interaction_count"] for p in points(found)] == [27, 18, 9][:limit]
        assert any(pk.endswith("+busiest") for pk in table.read) == whole


TOP_USERS: dict[str, Any] = {"group_by": ("user",), "order": (Order("interaction_count"),)}


def test_a_head_that_its_day_outgrew_is_made_true_by_reading_the_few_who_may_lead() -> None:
    table = folded(*(interaction(f"e{u}-{i}", user=f"u{u:02}", at=NOON) for u in range(40) for i in range(41 - u)))
    seal(table)
    for i in range(3):
        table.fold(interaction(f"late{i}", user="u02", at=NOON + 5 * HOUR_MS))
    table.read.clear()
    found = points(ask(table, "interaction_count", **TOP_USERS, limit=3))
    assert [(p[1]["user"], p[2]["interaction_count"]) for p in found] == [("u02", 42), ("u00", 41), ("u01", 40)]
    assert len({pk for pk in table.read if "#counters#u" in pk}) == 3 + top_k_reads.MORE


def test_a_head_is_of_no_use_once_rows_of_its_day_were_rewritten() -> None:
    table = folded(*(interaction(f"e{u}-{i}", user=f"u{u:02}", at=NOON) for u in range(40) for i in range(41 - u)))
    seal(table)
    day = table.items[Key("demo#learning.interactions#day#counters", "2025-01-15")]
    day["rev"] = int(day["rev"]) + REWRITTEN
    table.read.clear()
    ask(table, "interaction_count", **TOP_USERS, limit=3)
    assert len({pk for pk in table.read if "#counters#u" in pk}) == 40


def test_the_present_day_s_entities_are_read_once_and_then_only_those_who_may_lead() -> None:
    table = folded(*(interaction(f"e{u}-{i}", user=f"u{u:02}", at=NOON) for u in range(40) for i in range(41 - u)))
    question = Question(board="learning", metrics=("interaction_count",), range=WEEK, limit=1, **TOP_USERS)
    expected = [(40, 41), (1 + top_k_reads.MORE, 42), (1 + top_k_reads.MORE, 43)]
    for number, count in expected:
        table.read.clear()
        reader = Reader(table, FakeTable(), clock=lambda: NOON)  # type: ignore[arg-type]
        (point,) = points(asyncio.run(answer(question, reader)))
        assert (point[1]["user"], point[2]["interaction_count"]) == ("u00", count)
        assert len({pk for pk in table.read if "#counters#u" in pk}) == number
        table.fold(interaction(f"more{count}", user="u00", at=NOON))


busy = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 2), st.booleans()), max_size=40)


@settings(deadline=None, max_examples=80)
@given(busy, busy, st.integers(1, 3), st.integers(1, 3))
def test_leaders_are_the_same_from_heads_that_were_overtaken_and_from_rows(
    early: list[Any], late: list[Any], limit: int, size: int
) -> None:
    def events(some: list[Any], name: str) -> list[Event]:
        return [
            interaction(f"{name}{i}", user=user, success=ok, at=WEEK.start + day * DAY_MS + i % 24 * HOUR_MS)
            for i, (user, day, ok) in enumerate(some)
        ]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(topk, "HEAD", size)
        patched.setattr(top_k_reads, "MORE", 1)
        sealed, plain = folded(*events(early, "e")), folded(*events(early, "e"), *events(late, "l"))
        seal(sealed)
        for event in events(late, "l"):
            sealed.fold(event)
        asked = {**TOP_USERS, "limit": limit}
        for _ in range(2):
            told = ask(sealed, "interaction_count", "success_rate", **asked)
            assert points(told) == points(ask(plain, "interaction_count", "success_rate", **asked))
            assert told.total >= len(told.points)


def test_a_top_that_left_somebody_out_says_how_much_they_had() -> None:
    rows: list[Item] = [{"sk": f"2025-01-15#u{i}", "count": i} for i in range(1, 5)]
    kept = top_k(rows, "2025-01-15", size=2)
    assert kept == [
        {"sk": "2025-01-15#u4", "count": 4},
        {"sk": "2025-01-15#u3", "count": 3},
        {"sk": "2025-01-15", "cut": 2},
    ]


some_hour = st.integers(WEEK.start // HOUR_MS, WEEK.end // HOUR_MS - 1).map(HOUR_MS.__mul__)


@pytest.mark.parametrize("today", [DAY, DAY + 30 * DAY_MS], ids=["today", "long ago"])
def test_of_decades_of_days_only_those_that_have_rows_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, today: int
) -> None:
    """A sealed day long ago, one that changed since, and one that may be today."""
    looked_for: list[Key] = []
    monkeypatch.setattr(day_pages, "fetches", lambda table, keys: looked_for.extend(keys) or fetches(table, keys))
    first = DAY - 9_000 * DAY_MS
    early = [interaction("a", at=first), interaction("b", at=first + 50 * DAY_MS)]
    late = [interaction("c", at=first + 50 * DAY_MS), interaction("d", at=DAY)]
    sealed, plain = folded(*early), folded(*early, *late)
    seal(sealed, TimeRange(first, first + 60 * DAY_MS))
    for event in late:
        sealed.fold(event)
    question = Question(board="learning", metrics=METRICS, range=TimeRange(first, DAY + DAY_MS),
                        group_by=("agent_type",))  # fmt: skip
    answers = [
        asyncio.run(answer(question, Reader(table, FakeTable(), clock=lambda: today)))  # type: ignore[arg-type]
        for table in (sealed, plain)
    ]
    assert points(answers[0]) == points(answers[1])
    assert answers[0].points[0].metrics["interaction_count"] == 4
    assert {key.sk[:10] for key in looked_for} <= {bucket_of(event.time, Grain.DAY) for event in (*early, *late)}
    assert len(looked_for) <= 3 * 2 * 2, "days, forms, tables"


event_lists = st.lists(
    st.builds(
        interaction,
        st.uuids().map(str),
        at=some_hour,
        user=st.sampled_from(["ann", "bob", None]),
        agent_type=st.sampled_from(["x", "y", None]),
        success=st.booleans(),
        execution_time_ms=st.sampled_from([None, 5, 70]),
    ),
    max_size=12,
)
widths = st.sampled_from([None, *GRANULARITIES.values()]).filter(lambda one: one is None or one.name[-1] != "m")


@settings(deadline=None, max_examples=80)
@given(event_lists, event_lists, widths, st.sampled_from([(), ("agent_type",)]), st.integers(0, 72), st.integers(0, 72))
def test_pages_rows_and_events_agree(
    early: list[Event], late: list[Event], width: Any, group_by: tuple[str, ...], cut: int, end: int
) -> None:
    part = TimeRange(WEEK.start + cut * HOUR_MS, WEEK.end - end * HOUR_MS)
    sealed, plain = folded(*early), folded(*early, *late)
    seal(sealed)
    for event in late:
        sealed.fold(event)
    options = {"granularity": width, "group_by": group_by, "part": part}
    assert points(ask(sealed, **options)) == points(ask(plain, **options))
    inside = [
        e for e in early + late if part.start <= e.time < part.end and (not group_by or e.properties.get("agent_type"))
    ]
    assert sum(p[2]["interaction_count"] for p in points(ask(sealed, **options))) == len(inside)


DATES = [SPARSE.start + day * DAY_MS for day in (0, 1, 2, 40, 41, 400, 1_000, 1_001, 1_800, 2_500, 3_000, 3_649)]
sparse_events = st.lists(
    st.builds(
        interaction,
        st.uuids().map(str),
        at=st.builds(lambda day, hour: day + hour * HOUR_MS, st.sampled_from(DATES), st.integers(0, 23)),
        user=st.sampled_from(["ann", "bob", None]),
        agent_type=st.sampled_from(["x", "y", None]),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(sparse_events, sparse_events, st.sampled_from([None, "1mo", "1w"]),
       st.sampled_from([(), ("agent_type",), ("user",)]), st.integers(0, 30), st.integers(0, 30))  # fmt: skip
def test_pages_rows_and_events_agree_over_ten_years(
    early: list[Event], late: list[Event], width: str | None, group_by: tuple[str, ...], cut: int, end: int
) -> None:
    """Sealed two days at a time, and with rows read in two ranges at most."""
    whole = group_by == ("user",)
    part = SPARSE if whole else TimeRange(SPARSE.start + cut * HOUR_MS, SPARSE.end - end * HOUR_MS)
    options: dict[str, Any] = {"group_by": group_by}
    options |= {} if whole or not width else {"granularity": GRANULARITIES[width]}
    metrics = ("interaction_count", "successful_interactions") if whole else METRICS
    sealed, plain = folded(*early), folded(*early, *late)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rollups_seal, "TOGETHER_DAYS", 2)
        patched.setattr(utc_days, "MOST_RANGES", 2)
        seal(sealed, SPARSE)
        for event in late:
            sealed.fold(event)
        found = points(ask(sealed, *metrics, part=part, **options))
    assert found == points(ask(plain, *metrics, part=part, **options))
    inside = [
        event
        for event in early + late
        if part.start <= event.time < part.end
        and (not group_by or (event.user if whole else event.properties.get("agent_type")))
    ]
    assert sum(one[2]["interaction_count"] for one in found) == len(inside)


def test_a_number_that_no_page_can_hold_stops_no_sealing() -> None:
    """The most that a session may be said to cost, in nano-dollars, has more than 64 bits."""
    table = folded(session("s1", cost_usd=1e12), session("s2", at=NOON - DAY_MS))
    Seal(table, CATALOG.boards["productivity"].rollup_tables).run(WEEK)  # type: ignore[arg-type]
    asked = Question(board="productivity", metrics=("total_cost",), range=WEEK, group_by=("model",))
    found = asyncio.run(answer(asked, Reader(table, FakeTable())))  # type: ignore[arg-type]
    assert [point.metrics["total_cost"] for point in found.points] == [1e12 + 0.5]
