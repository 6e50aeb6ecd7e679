"""The push: everybody gets every change once, in order, through cuts, failures and rivals."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from belvedere.clock import HOUR_MS, MINUTE_MS
from belvedere.realtime.changelog import cursor as cursors
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.channel import Data, Message, Moment, ReaderFilter, once
from belvedere.realtime.connections import lifecycle as connection_lifecycle
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.store import Connection, Connections
from belvedere.realtime.connections.waiting import Waiting
from belvedere.realtime.push import alert_task, reader
from belvedere.realtime.push import cycle as push_round
from belvedere.realtime.push.lease import Lease, pushing
from tests.worlds.room import CHANNEL, Room


async def test_a_newcomer_gets_the_present_state_and_then_every_change(room: Room) -> None:
    room.happens(3)
    room.joins("a")
    await room.push()
    room.happens(2)
    await room.push()
    first = room.got["a"][0]
    assert (first["type"], first["data"]) == ("state", {"snapshot": True})
    assert room.numbers("a") == [4, 5]


async def test_what_happened_while_nobody_listened_is_not_gone_through_for_a_newcomer(room: Room) -> None:
    room.joins("before")
    await room.push()
    room.leaves("before")
    room.happens()
    assert (await room.push()).gone == 1
    room.happens(450)
    await room.push()  # the alert rules look on, whoever listens
    room.joins("a")
    assert (await room.push()).rounds <= 2
    room.happens(2)
    await room.push()
    assert room.numbers("a") == [452, 453]


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
    room.joins("gone")
    room.leaves("gone")
    await room.push()
    assert Connections(room.tables.state).all(room.clock()) == []
    assert room.ended == ["deaf"], "so that it knows, and may come back"


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
    room.channel = replace(CHANNEL, interval_s=10.0)
    room.joins("a")
    await room.push()
    room.happens(2)
    assert (await room.push_without_waiting()).rounds > 1
    room.happens(2)
    assert (await room.push_without_waiting()).rounds > 1
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
    room.joins("a", wanted=ReaderFilter(users=frozenset({"ada"}), board=False))
    await room.push()
    room.happens(2)
    await room.push()
    cursor = room.cursor("a")
    room.leaves("a")
    room.happens(1)
    room.joins("b", cursor, ReaderFilter(users=frozenset({"ada"}), board=False))
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


async def test_a_new_connection_is_greeted_when_it_stands_and_served_what_it_asked_for(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_lifecycle, "OPENING_MS", MINUTE_MS)  # however slow the machine is
    room.opens("a", asked=room.channel.name)
    room.opens("b")
    room.closed_until["a"] = 2  # API Gateway opens it after its second greeting was refused
    await room.push()
    assert [frame["type"] for frame in room.got["a"]][:2] == ["connected", "state"]
    assert [frame["type"] for frame in room.got["b"]][:1] == ["connected"]
    assert Waiting(room.tables.state).by_channel() == {}


async def test_a_connection_that_never_stands_is_forgotten(room: Room) -> None:
    room.opens("a")
    room.leaves("a")
    room.ahead_ms = 6_000
    await room.push()
    assert Connections(room.tables.state).all(room.clock()) == []
    assert Waiting(room.tables.state).by_channel() == {}


async def test_a_newcomer_costs_the_same_however_many_listen(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        room.joins(f"old-{number}")
    await room.push()
    monkeypatch.setattr(Audience, "members", never)
    room.joins("new")
    room.joins("newer")
    await room.push()
    assert [len(room.got[name]) for name in ("new", "newer")] == [1, 1]


async def test_readers_who_want_the_same_are_told_what_was_made_once(room: Room) -> None:
    made: list[str] = []

    async def counted(moment: Moment) -> list[Message]:
        made.append("state")
        return await CHANNEL.snapshot(moment)

    async def progress(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
        async def make() -> Data:
            made.append("about")
            return {"n": entries[-1].body["n"]}

        return [Message("about", once(make), "ada")]

    room.channel = replace(CHANNEL, snapshot=counted, render=progress)
    for number in range(4):
        room.joins(
            f"c{number}", wanted=ReaderFilter(frozenset({"ada", str(number)}))
        )  # each wants something of its own
    await room.push()
    room.happens()
    await room.push()
    assert made == ["state", "about"]
    assert [room.numbers(f"c{number}", "about") for number in range(4)] == [[1]] * 4


async def test_who_missed_more_than_a_letter_holds_gets_all_of_it_in_order(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_FRAMES", 3)
    for module in (cursors, push_round, alert_task):
        monkeypatch.setattr(module, "MOST_READ", 4)
    room.joins("away")
    room.joins("stays")
    await room.push()
    cursor = room.cursor("away")
    room.leaves("away")
    room.happens(14)
    room.joins("back", cursor)
    await room.push()
    assert room.numbers("back") == room.numbers("stays") == list(range(1, 15))
    assert room.numbers("back", "about") == list(range(1, 15))


async def test_who_had_no_time_for_all_of_it_gets_the_rest_later_and_is_not_given_up(room: Room) -> None:
    room.joins("slow")
    room.joins("well")
    await room.push()
    room.late["slow"] = 5  # five letters are broken off after a frame
    room.happens(4)
    await room.push()
    assert room.numbers("slow") == room.numbers("well") == [1, 2, 3, 4]


async def test_a_channel_that_fails_holds_up_no_other(room: Room) -> None:
    async def broken(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
        raise RuntimeError("a board's mistake")

    room.others = (replace(CHANNEL, name="broken", render=broken),)
    room.joins("a")
    room.joins("b", channel="broken")
    await room.push()
    room.happens()
    report = await room.push()
    assert room.numbers("a") == [1]
    assert report.trouble == 1
    room.happens()
    await room.push()
    assert room.numbers("a") == [1, 2]


async def test_alert_rules_that_take_long_hold_up_nobody(room: Room) -> None:
    told = asyncio.Event()

    async def watch(entries: Sequence[LogEntry]) -> int:
        await asyncio.wait_for(told.wait(), 200)  # until the change after those that are looked at was told
        return 0

    room.watch = watch
    room.joins("a")
    room.happens()
    pushing = asyncio.create_task(room.push())
    while room.numbers("a") != [2]:
        await asyncio.sleep(0.05)
        if room.written == 1 and room.got["a"]:
            room.happens()
    told.set()
    await pushing


async def test_alert_rules_that_fail_fail_no_client_and_are_tried_again(room: Room) -> None:
    seen: list[int] = []

    async def watch(entries: Sequence[LogEntry]) -> int:
        seen.extend(entry.seq for entry in entries)
        if len(seen) == 1:
            raise RuntimeError("a rule's mistake")
        return 0

    room.watch = watch
    room.joins("a")
    await room.push()
    room.happens()
    assert (await room.push()).trouble == 1
    room.happens()
    await room.push()
    assert room.numbers("a") == [1, 2]
    assert seen == [1, 1, 2]


async def test_who_listens_to_nothing_gets_signs_of_life_and_is_noticed_when_gone(room: Room) -> None:
    room.opens("silent")
    room.opens("left")
    await room.push()
    room.leaves("left")
    room.ahead_ms += 30_000
    await room.push()
    assert [frame["type"] for frame in room.got["silent"]][-1] == "heartbeat"
    assert [one.id for one in Connections(room.tables.state).all(room.clock())] == ["silent"]


async def test_what_was_written_about_a_connection_after_it_was_closed_goes_too(room: Room) -> None:
    connection = Connection("late", room.workspace, "key_1", room.clock(), pending_request=None)
    Audience(room.tables.state, CHANNEL.name).join(connection, ReaderFilter(), "")  # its greeting came after its end
    room.leaves("late")
    await room.push()
    assert Audience(room.tables.state, CHANNEL.name).members(room.clock()) == []
    assert Waiting(room.tables.state).by_channel() == {}


async def test_no_push_is_needed_while_one_is_at_work(room: Room) -> None:
    state = room.tables.state
    assert not pushing(state, room.clock())
    lease = Lease(state)
    lease.take(room.clock())
    assert pushing(state, room.clock())
    assert not pushing(state, room.clock() + 16_000)  # it died
    lease.release()
    assert not pushing(state, room.clock())


async def test_a_lease_is_kept_by_its_holder_only_and_never_taken_anew_by_keeping(room: Room) -> None:
    lease = Lease(room.tables.state)
    lease.take(room.clock())
    assert lease.keep(room.clock() + 10_000)
    assert pushing(room.tables.state, room.clock() + 20_000)
    lease.release()
    assert not lease.keep(room.clock())
    assert not pushing(room.tables.state, room.clock())


def never(*_: object) -> None:
    raise AssertionError("the whole audience was read")


async def test_who_has_lost_their_rights_is_told_so_at_the_next_heartbeat_and_hears_nothing_more(room: Room) -> None:
    room.joins("revoked")
    room.joins("well")
    await room.push()
    room.lapsed.add("revoked")
    room.ahead_ms = MINUTE_MS
    assert (await room.push()).gone == 1
    told = room.got["revoked"][-1]
    assert (told["type"], told["code"], room.ended) == ("error", "UNAUTHORIZED", ["revoked"])
    heard = len(room.got["revoked"])
    room.happens()
    await room.push()
    assert (len(room.got["revoked"]), room.numbers("well")) == (heard, [1])
    assert [one.id for one in Connections(room.tables.state).all(room.clock())] == ["well"]


async def test_nobody_is_closed_because_rights_cannot_be_looked_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> list[Connection]:
        raise OSError

    monkeypatch.setattr(Room, "without_rights", down)
    room.joins("a")
    await room.push()
    assert (room.got["a"][-1]["type"], room.ended) == ("heartbeat", [])
