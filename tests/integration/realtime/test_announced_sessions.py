"""The productivity board's session channel under cuts and imports: each session once, in order, or counted."""

import random

import pytest

from belvedere.boards.productivity.events import SESSION
from belvedere.boards.productivity.sessions.announced import MOST
from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import Event
from belvedere.realtime.changelog.log import append, read_head
from belvedere.realtime.changelog.notices import CHANGES, changes_body
from belvedere.realtime.channels import channels
from belvedere.rollups.changes import Change
from tests.worlds.room import Room


@pytest.fixture
def room(tables: dict[str, str]) -> Room:
    """A workspace whose clients listen to sessions, without a rest between pushes."""
    return Room(channel=channels()["productivity.sessions"])


def comes(room: Room, number: int) -> list[str]:
    """So many sessions come in together; their ids."""
    names = [f"s{room.written + each}" for each in range(number)]
    room.written += number
    about = {"type": SESSION, "time": 0, "workspace": "w", "user": "dev-1"}
    properties = {"tokens_in": 1, "tokens_out": 2, "cost_usd": 0.5}
    changes = (Change("p", "1", after=Event(id=name, properties=properties, **about)) for name in names)
    body, state = changes_body(changes, CATALOG.live_fields), room.tables.state
    state.client.transact_write_items(TransactItems=append(state, read_head(state), CHANGES, body, room.clock()))
    return names


def announced(room: Room, *clients: str) -> list[str]:
    """The sessions that one reader heard of over several connections."""
    frames = (frame for client in clients for frame in room.got[client])
    return [frame["data"]["id"] for frame in frames if frame["type"] == "new_session"]


@pytest.mark.parametrize("seed", range(3))
async def test_a_reader_who_is_cut_off_hears_of_every_session_once_and_in_order(room: Room, seed: int) -> None:
    chance, cuts, came, cursor = random.Random(seed), 0, list[str](), ""
    room.joins("c0")
    await room.push()
    for _ in range(8):
        came += comes(room, chance.randrange(1, 5))
        name = f"c{cuts}"
        if chance.random() < 0.6:
            room.drops[name] = chance.randrange(4)
            await room.push()
        if chance.random() < 0.4:
            cursor = room.cursor(name) if room.got[name] else cursor
            room.leaves(name)
            cuts += 1
            room.joins(f"c{cuts}", cursor)
    await room.push()
    assert announced(room, *(f"c{number}" for number in range(cuts + 1))) == came


async def test_an_import_is_told_in_bounds_to_those_who_listen_and_to_those_who_come_back(room: Room) -> None:
    room.joins("a")
    await room.push()
    cursor = room.cursor("a")
    came = [name for _ in range(4) for name in comes(room, 100)]
    await room.push()
    room.joins("b", cursor)
    await room.push()
    for client in ("a", "b"):
        counts = [frame["data"]["count"] for frame in room.got[client] if frame["type"] == "left_out"]
        assert counts == [400 - MOST]
        assert announced(room, client) == came[-MOST:]
