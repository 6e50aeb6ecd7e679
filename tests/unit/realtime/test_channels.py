"""The general channel: every event to whoever may know whose it was, and what gives a person away to nobody else."""

from typing import Any, cast

from belvedere.clock import now_ms
from belvedere.realtime import channels
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.changelog.notices import CHANGES
from belvedere.realtime.channel import NOBODY, ReaderFilter

NOBODYS = {"id": "e1", "type": "productivity.session", "session_id": "anna-at-work", "model": "opus"}
ANNAS = {"id": "e2", "type": "productivity.session", "session_id": "anna-at-work", "user": "anna"}
NOTE = {"id": "e3", "type": "annotations.note"}


async def heard(wanted: ReaderFilter, *notices: dict[str, Any]) -> list[dict[str, Any]]:
    """What a reader is told of some changes."""
    messages = await channels.render(cast("Any", None), [LogEntry(1, now_ms(), CHANGES, {"events": list(notices)})])
    found = [await message.data_for(wanted) for message in messages]
    return [data for data in found if data is not None]


async def test_who_sees_everybody_is_told_all_of_it() -> None:
    assert await heard(ReaderFilter(), NOBODYS, ANNAS, NOTE) == [NOBODYS, ANNAS, NOTE]


async def test_who_may_see_no_names_is_told_of_nobodys_events_without_what_gives_a_person_away() -> None:
    nameless = {name: value for name, value in NOBODYS.items() if name != "session_id"}
    assert await heard(ReaderFilter(NOBODY), NOBODYS, ANNAS, NOTE) == [nameless, NOTE]


async def test_who_may_see_some_names_is_told_no_more_of_nobodys_events() -> None:
    nameless = {name: value for name, value in NOBODYS.items() if name != "session_id"}
    assert await heard(ReaderFilter(frozenset({"anna"})), NOBODYS, ANNAS, NOTE) == [nameless, ANNAS, NOTE]


async def test_a_student_hears_of_nobodys_events_not_at_all() -> None:
    assert await heard(ReaderFilter(frozenset({"anna"}), board=False), NOBODYS, ANNAS, NOTE) == [ANNAS]


async def test_a_reader_of_some_types_is_told_of_those() -> None:
    assert await heard(ReaderFilter(types=frozenset({"annotations.note"})), NOBODYS, NOTE) == [NOTE]
