"""Frames: every message of a stretch has a cursor of its own, and picking some never changes what a cursor means."""

import json

from belvedere.realtime.changelog.cursor import parse
from belvedere.realtime.channel import Data, Message, ReaderFilter, once
from belvedere.realtime.push.reader import MOST_BYTES, Frame, frames
from belvedere.realtime.push.reader import framed as made

MESSAGES = [
    Message("alert", {"n": 1}, "ada"),
    Message("student_progress", {"n": 2}, "bob"),
    Message("metrics_update", {"n": 3}),
]


async def framed(wanted: ReaderFilter, part: int = 0) -> list[Frame]:
    return await frames(
        MESSAGES, channel="learning", birth="0a1b2c3d", after=4, upto=9, now=0, wanted=wanted, sent=part
    )


async def test_the_last_message_ends_the_stretch_and_the_others_stand_within_it() -> None:
    cursors = [frame.cursor for frame in await framed(ReaderFilter())]
    assert cursors == ["0a1b2c3d.4.9.1", "0a1b2c3d.4.9.2", "0a1b2c3d.9"]


async def test_a_reader_cut_off_after_any_message_gets_exactly_the_others() -> None:
    whole = await framed(ReaderFilter())
    for number, frame in enumerate(whole, start=1):
        part = parse(frame.cursor).sent
        rest = await framed(ReaderFilter(), part) if part else []
        assert [one.payload for one in rest] == [one.payload for one in whole[number:]]


async def test_cursors_are_the_same_for_whoever_picks() -> None:
    (only,) = await framed(ReaderFilter(users=frozenset({"bob"}), board=False))
    assert (only.type, only.cursor) == ("student_progress", "0a1b2c3d.4.9.2")


async def test_the_envelope_is_the_documented_one() -> None:
    first, *_, last = [json.loads(frame.payload) for frame in await framed(ReaderFilter())]
    assert first == {
        "type": "alert", "data": {"n": 1}, "timestamp": "1970-01-01T00:00:00Z", "channel": "learning",
        "cursor": "0a1b2c3d.4.9.1", "user_id": "ada",
    }  # fmt: skip
    assert "user_id" not in last


async def test_people_and_types_are_filtered_and_the_board_can_be_left_out() -> None:
    async def told(wanted: ReaderFilter) -> list[int]:
        return [frame.data["n"] for frame in await framed(wanted)]

    assert await told(ReaderFilter(users=frozenset({"ada"}))) == [1, 3]
    assert await told(ReaderFilter(users=frozenset())) == [3]
    assert await told(ReaderFilter(types=frozenset({"alert"}))) == [1]
    assert await told(ReaderFilter(users=frozenset({"bob"}), board=False, types=frozenset({"alert"}))) == []


async def test_data_is_made_only_for_those_who_take_it() -> None:
    asked = []

    async def maker(wanted: ReaderFilter) -> Data | None:
        asked.append(wanted)
        return {"made": True} if wanted.users is None else None

    message = Message("student_progress", maker, "ada")
    assert await message.data_for(ReaderFilter(users=frozenset({"bob"}))) is None
    assert await message.data_for(ReaderFilter(types=frozenset({"alert"}))) is None
    assert asked == []
    assert await message.data_for(ReaderFilter()) == {"made": True}
    assert await message.data_for(ReaderFilter(users=frozenset({"ada"}))) is None


def test_a_message_that_no_frame_could_hold_is_trimmed_and_says_so() -> None:
    data: Data = {"summary": {"n": 1}, "names": [f"name-{n}" for n in range(50_000)]}
    frame = made(Message("metrics_update", data), data, channel="learning", cursor="c", now=0)
    told = json.loads(frame.payload)["data"]
    assert len(frame.payload) <= MOST_BYTES
    assert (told["trimmed"], told["summary"]) == (True, {"n": 1})
    assert told["names"] == data["names"][: len(told["names"])]
    huge: Data = {"text": "x" * 500_000, "nested": {"text": "y" * 500_000}, "n": 1}
    frame = made(Message("any", huge), huge, channel="learning", cursor="c", now=0)
    assert len(frame.payload) <= MOST_BYTES
    assert json.loads(frame.payload)["data"]["n"] == 1


async def test_what_is_the_same_for_all_is_made_once_and_only_when_somebody_takes_it() -> None:
    made_for = []

    async def make() -> Data:
        made_for.append(1)
        return {"n": 1}

    message = Message("student_progress", once(make), "ada")
    assert await message.data_for(ReaderFilter(users=frozenset({"bob"}))) is None
    assert made_for == []
    assert [await message.data_for(ReaderFilter(types=types)) for types in (None, frozenset({"student_progress"}))] == [
        {"n": 1}, {"n": 1},
    ]  # fmt: skip
    assert made_for == [1]


def test_a_wish_survives_being_kept() -> None:
    for wanted in (
        ReaderFilter(),
        ReaderFilter(frozenset({"a", "b"}), False, frozenset({"alert"})),
        ReaderFilter(frozenset()),
    ):
        assert ReaderFilter.unpacked(wanted.packed()) == wanted
