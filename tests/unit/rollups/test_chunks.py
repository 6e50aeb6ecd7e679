"""Chunks: whole events, in order, each chunk within one transaction."""

from belvedere.boards.registry import families_of
from belvedere.clock import HOUR_MS, MINUTE_MS
from belvedere.rollups.changes import Change
from belvedere.rollups.chunks import MAX_ACTIONS, MAX_ATTRIBUTES, Chunk, change_deltas, chunks
from tests.unit.rollups.builders import NOON, change, interaction


def cut(changes: list[Change]) -> list[Chunk]:
    return list(chunks(changes, families_of))


def actions(chunk: Chunk) -> int:
    deltas = chunk.deltas
    return 1 + len(deltas.counters) + 2 * len(deltas.removed) + len(deltas.lessened) + len(chunk.poisons)


def test_events_of_the_same_rows_share_a_chunk() -> None:
    parts = cut([change(i, after=interaction(f"e{i}")) for i in range(1, 51)])
    assert len(parts) == 1
    assert parts[0].last.endswith("50")


def test_scattered_events_are_cut_into_chunks_that_fit_and_lose_none() -> None:
    changes = [
        change(i, after=interaction(f"e{i}", user=f"u{i}", at=NOON + i * MINUTE_MS, execution_time_ms=i))
        for i in range(1, 80)
    ]
    parts = cut(changes)
    assert len(parts) > 1
    assert [one for part in parts for one in part.changes] == changes
    assert all(actions(part) <= MAX_ACTIONS for part in parts)


def test_a_row_never_gets_more_attributes_than_an_expression_takes() -> None:
    changes = [change(i, after=interaction(f"e{i}", execution_time_ms=1.05**i)) for i in range(1, 600)]
    widths = [len(counts) for part in cut(changes) for counts in part.deltas.counters.values()]
    assert max(widths) <= MAX_ATTRIBUTES


def test_an_event_replaced_by_its_twin_changes_nothing() -> None:
    event, twin = interaction(), interaction(received=NOON + HOUR_MS)
    deltas = change_deltas(change(1, before=event, after=twin), families_of)
    assert all(n == 0 for counts in deltas.counters.values() for n in counts.values())
    assert not deltas.removed


def test_an_event_that_changed_its_user_asks_to_recount_the_old_one() -> None:
    deltas = change_deltas(change(1, before=interaction(user="ann"), after=interaction(user="bob")), families_of)
    assert deltas.removed
    assert all(len(members) == 1 for members in deltas.removed.values())
