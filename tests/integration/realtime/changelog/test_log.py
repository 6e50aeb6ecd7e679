"""The log: numbers without gaps, whoever writes at the same time, and nothing but numbers of this log."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from belvedere.clock import MINUTE_MS
from belvedere.realtime.changelog.cursor import Cursor, LogRange, replay
from belvedere.realtime.changelog.log import append, entries, read_head, settled_head
from tests.worlds.room import Room


def told(stretches: list[LogRange] | None) -> list[int]:
    assert stretches is not None
    return [entry.seq for stretch in stretches for entry in stretch.entries]


def test_entries_are_numbered_without_gaps_however_many_write_at_once(room: Room) -> None:
    state = room.tables.state

    def write(n: int) -> None:
        while True:
            with suppress(state.client.exceptions.TransactionCanceledException):
                state.client.transact_write_items(TransactItems=append(state, read_head(state), "test", {"n": n}, 1))
                return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    found = list(entries(state, 0, 100))
    assert [entry.seq for entry in found] == list(range(1, 13))
    assert sorted(entry.body["n"] for entry in found) == list(range(12))


def test_a_reader_gets_what_came_after_its_cursor(room: Room) -> None:
    room.happens(5)
    head = read_head(room.tables.state)
    assert told(replay(room.tables.state, Cursor(head.birth, 3), head, room.clock())) == [4, 5]
    assert replay(room.tables.state, Cursor(head.birth, 5), head, room.clock()) == []


def test_a_cursor_within_a_stretch_keeps_its_stretch_together(room: Room) -> None:
    room.happens(5)
    head = read_head(room.tables.state)
    first, second = replay(room.tables.state, Cursor(head.birth, 1, 3, 2), head, room.clock()) or []
    assert (first.after, first.upto, first.sent, [entry.seq for entry in first.entries]) == (1, 3, 2, [2, 3])
    assert (second.after, second.upto, second.sent, [entry.seq for entry in second.entries]) == (3, 5, 0, [4, 5])


def test_beyond_the_window_nothing_is_promised(room: Room) -> None:
    room.happens(2)
    head = read_head(room.tables.state)
    assert replay(room.tables.state, Cursor(head.birth, 1), head, room.clock() + 14 * MINUTE_MS) is not None
    assert replay(room.tables.state, Cursor(head.birth, 1), head, room.clock() + 16 * MINUTE_MS) is None
    assert replay(room.tables.state, Cursor(head.birth, 2), head, room.clock() + 16 * MINUTE_MS) == []


def test_a_cursor_of_another_log_or_of_the_future_means_nothing(room: Room) -> None:
    room.happens(2)
    head = read_head(room.tables.state)
    assert replay(room.tables.state, Cursor("ffffffff", 1), head, room.clock()) is None
    assert replay(room.tables.state, Cursor(head.birth, 3), head, room.clock()) is None


def test_a_reader_that_comes_before_the_first_entry_gets_a_lasting_cursor(room: Room) -> None:
    before = settled_head(room.tables.state)
    room.happens()
    after = read_head(room.tables.state)
    assert (before.seq, after.seq, after.birth) == (0, 1, before.birth)
    assert told(replay(room.tables.state, Cursor(before.birth, 0), after, room.clock())) == [1]
