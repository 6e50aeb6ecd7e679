"""Frames: every message of a stretch has a cursor of its own, and picking some never changes what a cursor means."""

import json

from belvedere.realtime.channel import Data, Message, Wanted
from belvedere.realtime.cursor import parse
from belvedere.realtime.frames import Frame, frames

MESSAGES = [
    Message("alert", {"n": 1}, "ada"),
    Message("student_progress", {"n": 2}, "bob"),
    Message("metrics_update", {"n": 3}),
]


async def framed(wanted: Wanted, part: int = 0) -> list[Frame]:
    return await frames(
        MESSAGES, channel="learning", birth="0a1b2c3d", after=4, upto=9, now=0, wanted=wanted, part=part
    )


async def test_the_last_message_ends_the_stretch_and_the_others_stand_within_it() -> None:
    cursors = [frame.cursor for frame in await framed(Wanted())]
    assert cursors == ["0a1b2c3d.4.9.1", "0a1b2c3d.4.9.2", "0a1b2c3d.9"]


async def test_a_reader_cut_off_after_any_message_gets_exactly_the_others() -> None:
    whole = await framed(Wanted())
    for number, frame in enumerate(whole, start=1):
        part = parse(frame.cursor).part
        rest = await framed(Wanted(), part) if part else []
        assert [one.payload for one in rest] == [one.payload for one in whole[number:]]


async def test_cursors_are_the_same_for_whoever_picks() -> None:
    (only,) = await framed(Wanted(users=frozenset({"bob"}), board=False))
    assert (only.type, only.cursor) == ("student_progress", "0a1b2c3d.4.9.2")


async def test_the_envelope_is_the_documented_one() -> None:
    first, *_, last = [json.loads(frame.payload) for frame in await framed(Wanted())]
    assert first == {
        "type": "alert", "data": {"n": 1}, "timestamp": "1970-01-01T00:00:00Z", "channel": "learning",
        "cursor": "0a1b2c3d.4.9.1", "user_id": "ada",
    }  # fmt: skip
    assert "user_id" not in last


async def test_people_and_types_are_filtered_and_the_board_can_be_left_out() -> None:
    async def told(wanted: Wanted) -> list[int]:
        return [frame.data["n"] for frame in await framed(wanted)]

    assert await told(Wanted(users=frozenset({"ada"}))) == [1, 3]
    assert await told(Wanted(users=frozenset())) == [3]
    assert await told(Wanted(types=frozenset({"alert"}))) == [1]
    assert await told(Wanted(users=frozenset({"bob"}), board=False, types=frozenset({"alert"}))) == []


async def test_data_is_made_only_for_those_who_take_it() -> None:
    asked = []

    async def maker(wanted: Wanted) -> Data | None:
        asked.append(wanted)
        return {"made": True} if wanted.users is None else None

    message = Message("student_progress", maker, "ada")
    assert await message.data_for(Wanted(users=frozenset({"bob"}))) is None
    assert await message.data_for(Wanted(types=frozenset({"alert"}))) is None
    assert asked == []
    assert await message.data_for(Wanted()) == {"made": True}
    assert await message.data_for(Wanted(users=frozenset({"ada"}))) is None


def test_a_wish_survives_being_kept() -> None:
    for wanted in (Wanted(), Wanted(frozenset({"a", "b"}), False, frozenset({"alert"})), Wanted(frozenset())):
        assert Wanted.unpacked(wanted.packed()) == wanted
