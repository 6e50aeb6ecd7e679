"""Chunks: whole events lane by lane, in order, each chunk within one transaction."""

from belvedere.boards.registry import CATALOG
from belvedere.clock import HOUR_MS, MINUTE_MS
from belvedere.rollups.changes import Change
from belvedere.rollups.chunks import MAX_ACTIONS, MAX_ATTRIBUTES, Chunk, change_deltas, chunks
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.lanes import BOARD, ENTITIES, HOURS, LANES, LAST, MINUTES, START, Checkpoint
from tests.unit.rollups.builders import NOON, change, interaction


def cut(changes: list[Change], since: Checkpoint = START) -> list[Chunk]:
    return list(chunks(changes, CATALOG.rollup_tables_of, since))


def at(number: int) -> str:
    return str(number).zfill(40)


def actions(chunk: Chunk) -> int:
    deltas = chunk.deltas
    return 1 + len(deltas.counters) + 2 * len(deltas.removed) + len(deltas.lessened) + len(chunk.poisons)


def users(number: int) -> list[Change]:
    """One event each, in the same minute."""
    return [change(i, after=interaction(f"e{i}", user=f"u{i}", execution_time_ms=7)) for i in range(1, number + 1)]


def scattered(number: int) -> list[Change]:
    """Events of as many users, minutes and hours as there are."""
    return [
        change(i, after=interaction(f"e{i}", user=f"u{i}", at=NOON + i * 17 * MINUTE_MS, execution_time_ms=i))
        for i in range(1, number + 1)
    ]


def together(parts: list[Chunk]) -> Deltas:
    whole = Deltas()
    for part in parts:
        whole.merge(part.deltas)
    return whole


def test_events_of_the_same_rows_share_a_chunk_in_all_lanes() -> None:
    parts = cut([change(i, after=interaction(f"e{i}")) for i in range(1, 51)])
    assert [part.after for part in parts] == [Checkpoint((at(50),) * len(LANES))]


def test_scattered_events_are_cut_into_chunks_that_fit_and_lose_none() -> None:
    changes = scattered(150)
    parts = cut(changes)
    assert len(parts) > 4
    assert [one for part in parts for one in part.changes] == changes
    assert all(actions(part) <= MAX_ACTIONS for part in parts)
    whole = Deltas()
    for one in changes:
        assert one.after
        whole.merge(contribution(one.after, CATALOG.rollup_tables_of(one.after.type)))
    assert together(parts) == whole


def test_a_batch_of_many_users_writes_each_row_once() -> None:
    parts = cut(users(300))
    written = [key for part in parts for key in part.deltas.counters]
    assert len(parts) > 3
    assert len(written) == len(set(written))


def test_a_batch_from_all_hours_of_a_day_writes_each_row_once() -> None:
    day = [
        change(i, after=interaction(f"e{i}", user=f"u{i % 9}", agent_type=f"a{i % 20}", at=NOON + i * 2 * MINUTE_MS))
        for i in range(1, 301)
    ]
    written = [key for part in cut(day) for key in part.deltas.counters if "#hour#" in key.pk]
    assert len(written) > MAX_ACTIONS
    assert len(written) == len(set(written))


def test_rows_of_the_board_are_written_last() -> None:
    lanes = [{lane for lane in LANES if part.after.of(lane)} for part in cut(users(300))]
    assert [BOARD in begun for begun in lanes] == [False] * (len(lanes) - 1) + [True]
    assert {*ENTITIES, *HOURS, MINUTES} <= lanes[-1]


def test_a_lane_takes_up_where_its_own_checkpoint_stands() -> None:
    changes, since = users(40), START
    for lane in ENTITIES:
        since = since.on(lane, at(30))
    parts = cut(changes, since.on(BOARD, at(10)).on(MINUTES, at(10)))
    kinds = [
        (key.pk.split("#")[1], sum(counts["count"] for counts in part.deltas.counters.values()))
        for part in parts
        for key in part.deltas.counters
    ]
    assert kinds
    assert sum("by_user" in key.pk for part in parts for key in part.deltas.counters) == 10
    assert [one for part in parts for one in part.changes] == changes[10:]
    assert parts[-1].after == Checkpoint((at(40),) * len(LANES))


def test_what_is_in_all_lanes_already_makes_no_chunk() -> None:
    assert cut(users(5), Checkpoint((at(5),) * len(LANES))) == []


def test_a_batch_that_ends_before_a_lane_leaves_that_lane_where_it_is() -> None:
    ahead = Checkpoint((at(20),) * len(LANES)).on(LAST, at(3))
    (only,) = cut(users(5), ahead)
    assert (only.after, len(only.changes)) == (ahead.on(LAST, at(5)), 2)
    assert {key.pk.split("#")[2] for key in only.deltas.counters} == {"day"}


def test_a_row_never_gets_more_attributes_than_an_expression_takes() -> None:
    changes = [change(i, after=interaction(f"e{i}", execution_time_ms=1.05**i)) for i in range(1, 600)]
    widths = [len(counts) for part in cut(changes) for counts in part.deltas.counters.values()]
    assert max(widths) <= MAX_ATTRIBUTES


def test_an_event_replaced_by_its_twin_changes_nothing() -> None:
    event, twin = interaction(), interaction(received=NOON + HOUR_MS)
    lanes = change_deltas(change(1, before=event, after=twin), CATALOG.rollup_tables_of)
    assert all(n == 0 for deltas in lanes.values() for counts in deltas.counters.values() for n in counts.values())
    assert not any(deltas.removed for deltas in lanes.values())


def test_an_event_that_changed_its_user_asks_to_recount_the_old_one() -> None:
    lanes = change_deltas(
        change(1, before=interaction(user="ann"), after=interaction(user="bob")), CATALOG.rollup_tables_of
    )
    removed = [members for deltas in lanes.values() for members in deltas.removed.values()]
    assert removed
    assert all(len(members) == 1 for members in removed)
