"""The push: everybody gets every change once, in order, through cuts, failures and rivals."""

import asyncio
import random
from dataclasses import replace

import pytest

from belvedere.clock import HOUR_MS, MINUTE_MS
from belvedere.realtime.channel import Wanted
from belvedere.realtime.connections import Connections
from belvedere.realtime.lease import Lease
from tests.integration.realtime.conftest import CHANNEL, Room


async def test_a_newcomer_gets_the_present_state_and_then_every_change(room: Room) -> None:
    room.happens(3)
    room.joins("a")
    await room.push()
    room.happens(2)
    await room.push()
    first = room.got["a"][0]
    assert (first["type"], first["data"]) == ("state", {"snapshot": True})
    assert room.numbers("a") == [4, 5]


async def test_a_push_with_nothing_new_says_nothing(room: Room) -> None:
    room.joins("a")
    await room.push()
    told = len(room.got["a"])
    await room.push()
    assert len(room.got["a"]) == told


@pytest.mark.parametrize("seed", range(6))
async def test_cut_anywhere_any_number_of_times_a_reader_gets_everything_once_in_order(room: Room, seed: int) -> None:
    chance, cuts = random.Random(seed), 0
    room.joins("c0")
    await room.push()
    held = list(room.got["c0"])
    for _ in range(12):
        name = f"c{cuts}"
        room.happens(chance.randrange(3))
        if chance.random() < 0.5:
            room.drops[name] = chance.randrange(4)
        if chance.random() < 0.5:
            await room.push()
        if chance.random() < 0.4:
            held += room.got[name] if cuts else room.got[name][1:]
            cursor = str(held[-1]["cursor"])
            room.leaves(name)
            cuts += 1
            room.joins(f"c{cuts}", cursor)
    await room.push()
    held += room.got[f"c{cuts}"] if cuts else room.got["c0"][1:]
    told = [(frame["type"], frame["data"]["n"]) for frame in held if frame["type"] in ("news", "about")]
    assert told == [(kind, n) for n in range(1, room.written + 1) for kind in ("about", "news")]


async def test_beyond_the_window_a_reader_gets_the_state_and_is_told_why(room: Room) -> None:
    room.joins("a")
    await room.push()
    cursor = room.cursor("a")
    room.happens(2)
    room.ahead_ms = 16 * MINUTE_MS
    room.joins("b", cursor)
    await room.push()
    (frame, *_) = room.got["b"]
    assert frame["data"]["snapshot"] is True
    assert frame["data"]["resumed"] is False
    assert room.numbers("b") == []


async def test_a_closed_connection_is_forgotten_with_all_its_rows(room: Room) -> None:
    room.joins("a")
    room.joins("b")
    await room.push()
    room.leaves("a")
    room.happens()
    assert (await room.push()).gone == 1
    connections = Connections(room.tables.state)
    assert [one.id for one in connections.all(room.clock())] == ["b"]
    assert connections.held("key_1", room.clock()) == 1


async def test_what_did_not_arrive_is_sent_again_and_the_others_are_not_bothered(room: Room) -> None:
    room.joins("slow")
    room.joins("well")
    await room.push()
    room.happens(2)
    room.drops["slow"] = 1
    await room.push()
    assert room.numbers("slow") == room.numbers("well") == [1, 2]
    assert room.numbers("slow", "about") == [1, 2]


async def test_a_connection_that_never_takes_anything_is_given_up(room: Room) -> None:
    room.joins("deaf")
    room.deaf.add("deaf")
    await room.push()
    assert Connections(room.tables.state).all(room.clock()) == []


async def test_two_pushes_at_once_tell_everything_once(room: Room) -> None:
    room.joins("a")
    await room.push()
    room.happens(3)
    await asyncio.gather(*(room.push() for _ in range(4)))
    await room.push()
    assert room.numbers("a") == [1, 2, 3]


async def test_who_finds_the_lease_taken_may_go_because_its_holder_looks_again(room: Room) -> None:
    room.joins("a")
    await room.push()
    slow = Room(workspace=room.workspace, got=room.got)
    busy, held_post = slow.pusher(), slow.post

    def post(letters):  # type: ignore[no-untyped-def]
        if room.written == 1:  # while the first change is on its way, a second one comes, and its push finds the lease
            room.happens()
            assert Lease(room.tables.state).take(room.clock()) is None
        return held_post(letters)

    slow.post = post  # type: ignore[method-assign]
    room.happens()
    await busy.run()
    assert room.numbers("a") == [1, 2]


async def test_a_channel_rests_between_pushes_and_then_tells_all_of_it(room: Room) -> None:
    room.channel = replace(CHANNEL, interval_s=0.4)
    room.joins("a")
    await room.push()
    room.happens(2)
    await room.push()
    room.happens(2)
    assert (await room.push()).rounds > 1
    assert room.numbers("a") == [1, 2, 3, 4]


async def test_a_newcomer_need_not_wait_for_the_channel_to_have_rested(room: Room) -> None:
    room.channel = replace(CHANNEL, interval_s=0.4)
    room.joins("a")
    room.happens()
    await room.push()
    room.happens()
    room.joins("b", room.cursor("a"))
    await room.push()
    assert room.numbers("b") == [2]
    assert room.numbers("a") == [2]


async def test_a_reader_gets_only_what_it_wants_and_loses_nothing_by_it(room: Room) -> None:
    room.joins("a", wanted=Wanted(users=frozenset({"ada"}), board=False))
    await room.push()
    room.happens(2)
    await room.push()
    cursor = room.cursor("a")
    room.leaves("a")
    room.happens(1)
    room.joins("b", cursor, Wanted(users=frozenset({"ada"}), board=False))
    await room.push()
    assert room.numbers("a", "about") + room.numbers("b", "about") == [1, 2, 3]
    assert room.numbers("b") == []


async def test_signs_of_life_come_with_a_cursor_and_no_oftener_than_needed(room: Room) -> None:
    room.joins("a")
    await room.push()
    room.happens()
    await room.push()
    room.ahead_ms += 30_000
    await room.push()
    beats = [frame for frame in room.got["a"] if frame["type"] == "heartbeat"]
    assert len(beats) == 2
    room.leaves("a")
    room.joins("b", beats[-1]["cursor"])
    room.happens()
    await room.push()
    assert room.numbers("b") == [2]


async def test_an_old_connection_is_advised_to_open_another(room: Room) -> None:
    room.joins("a")
    room.ahead_ms = 2 * HOUR_MS - 5 * MINUTE_MS
    await room.push()
    assert [frame["type"] for frame in room.got["a"]][-2:] == ["heartbeat", "reconnect"]


async def test_a_push_to_nobody_leaves_the_log_alone(room: Room) -> None:
    room.happens(3)
    assert (await room.push()).frames == 0
    room.joins("a")
    await room.push()
    assert room.numbers("a") == []
