"""GET /dashboard/stream and the general stream: documented event types, ids to go on from, and nothing twice."""

import json
from collections.abc import Iterator
from typing import NamedTuple
from unittest.mock import ANY

import pytest

from belvedere.clock import MINUTE_MS, now_ms
from belvedere.realtime.changelog import cursor as cursors
from belvedere.realtime.push import reader
from tests.worlds.served import Json, Served, interaction

STREAM, EVENTS = "/dashboard/stream", "/api/v1/dashboard/realtime/events"


class Told(NamedTuple):
    """One server-sent event."""

    event: str
    id: str
    data: Json


@pytest.fixture(autouse=True)
def short_hold(served: Served) -> Iterator[None]:
    with served.with_environment(STREAM_HOLD_S="0"):
        yield


def read(served: Served, path: str, since: str = "", **asked: str) -> list[Told]:
    """What an EventSource gets that last saw `since`."""
    answer = served.get(path, headers={"Last-Event-ID": since} if since else None, **asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    retry, *blocks = answer.text.rstrip("\n").split("\n\n")
    assert retry.startswith("retry: ")
    return [_told(block) for block in blocks]


def _told(block: str) -> Told:
    fields = dict(line.split(": ", 1) for line in block.split("\n"))
    return Told(fields["event"], fields["id"], json.loads(fields["data"]))


def happens(served: Served, *names: str, user: str = "user1", **properties: object) -> None:
    served.send_and_fold(*(interaction(name, now_ms(), user, **properties) for name in names))  # type: ignore[arg-type]


def test_when_nothing_happens_a_heartbeat_says_where_the_reader_stands(served: Served) -> None:
    (beat,) = read(served, STREAM)
    assert (beat.event, list(beat.data)) == ("heartbeat", ["timestamp"])
    assert read(served, STREAM, beat.id)[0].event == "heartbeat"


def test_what_happened_since_the_last_event_is_told_once_with_the_documented_shape(served: Served) -> None:
    start = read(served, STREAM)[-1].id
    happens(served, "stream-1", "stream-2", concept="torque")
    (update,) = read(served, STREAM, start)
    assert update.event == "dashboard_update"
    assert list(update.data) == ["events", "timestamp"]
    assert [event["id"] for event in update.data["events"]] == ["stream-1", "stream-2"]
    assert update.data["events"][0] | {"time": ""} == {
        "id": "stream-1", "type": "learning.interaction", "time": "", "user": "user1", "agent_type": "kinematics",
        "concept": "torque", "success": True,
    }  # fmt: skip
    assert read(served, STREAM, update.id)[0].event == "heartbeat"


def test_a_reader_of_one_user_gets_that_users_events_and_misses_none(served: Served) -> None:
    start = read(served, STREAM)[-1].id
    happens(served, "mine-1", user="ada")
    happens(served, "other-1", user="bob")
    happens(served, "mine-2", user="ada")
    (update,) = read(served, STREAM, start, user_id="ada")
    assert [event["id"] for event in update.data["events"]] == ["mine-1", "mine-2"]
    assert read(served, STREAM, start, user_id="nobody")[0].event == "heartbeat"


def test_the_general_stream_tells_each_event_under_its_own_type(served: Served) -> None:
    start = read(served, EVENTS)[-1].id
    happens(served, "general-1", "general-2")
    told = read(served, EVENTS, start)
    assert [(one.event, one.data["id"]) for one in told] == [
        ("learning.interaction", "general-1"), ("learning.interaction", "general-2"),
    ]  # fmt: skip
    assert [one.data["id"] for one in read(served, EVENTS, told[0].id)] == ["general-2"]
    assert read(served, EVENTS, start, event_types="annotations.note")[0].event == "heartbeat"


def test_who_was_away_too_long_gets_the_state_and_is_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    start = read(served, STREAM)[-1].id
    happens(served, "late-1")
    monkeypatch.setattr(cursors, "WINDOW_MS", -MINUTE_MS)
    (update,) = read(served, STREAM, start)
    assert (update.data["resumed"], update.data["snapshot"]) == (False, True)
    assert read(served, STREAM, update.id)[0].event == "heartbeat"


def test_the_cursor_parameter_does_for_clients_that_cannot_set_a_header(served: Served) -> None:
    start = read(served, STREAM)[-1].id
    happens(served, "cursor-1")
    (update,) = read(served, STREAM, cursor=start)
    assert [event["id"] for event in update.data["events"]] == ["cursor-1"]


@pytest.mark.parametrize(
    ("asked", "named"), [({"cursor": "7"}, "cursor"), ({"event_types": "nonsense"}, "event_types: events has ")]
)
def test_what_cannot_be_asked_is_refused_by_name(served: Served, asked: dict[str, str], named: str) -> None:
    answer = served.get(EVENTS, **asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert named in answer.json()["detail"]


def test_types_are_repeated_or_comma_joined_and_all_of_them_have_to_be_known(served: Served) -> None:
    start = read(served, EVENTS)[-1].id
    happens(served, "typed-1")
    for asked in ("learning.interaction,alert", "learning.interaction"):
        assert [one.data["id"] for one in read(served, EVENTS, start, event_types=asked)] == ["typed-1"]
    assert read(served, EVENTS, start, event_types="alert")[0].event == "heartbeat"
    answer = served.get(EVENTS, event_types="learning.interaction,learning.nothing")
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


def test_who_missed_more_than_an_answer_holds_asks_again_for_the_rest(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_FRAMES", 2)
    monkeypatch.setattr(cursors, "MOST_READ", 2)
    since, told = read(served, EVENTS)[-1].id, []
    for number in range(4):
        happens(served, f"more-{2 * number}", f"more-{2 * number + 1}", user="ada" if number == 3 else "bob")
    (only, last) = read(served, EVENTS, since, user_id="ada")  # past those that are not for this reader
    assert [only.data["id"], last.data["id"]] == ["more-6", "more-7"]
    while (block := read(served, EVENTS, since))[0].event != "heartbeat":
        assert len(block) <= 2
        told += [one.data["id"] for one in block]
        since = block[-1].id
    assert told == [f"more-{number}" for number in range(8)]


def test_a_burst_is_told_in_several_events_and_none_is_left_out(served: Served) -> None:
    start = read(served, STREAM)[-1].id
    names = [f"burst-{number}" for number in range(450)]
    happens(served, *names)
    updates = read(served, STREAM, start)
    assert sorted(event["id"] for update in updates for event in update.data["events"]) == sorted(names)
    assert len(updates) >= 3
    assert read(served, STREAM, updates[0].id)[0].data == updates[1].data | {"timestamp": ANY}


def test_another_workspace_is_told_nothing(served: Served) -> None:
    start = read(served, STREAM)[-1].id
    happens(served, "secret-1")
    other = served.get(STREAM, key=served.key("read", "other"), headers={"Last-Event-ID": start})
    assert "secret-1" not in other.text


def test_the_nameless_who_name_a_person_hear_what_names_nobody(served: Served) -> None:
    with served.with_environment(STREAM_HOLD_S="0", PUBLIC_READ="true"):
        start = _told(served.get(STREAM, key="", user_id="user_123").text.rstrip("\n").split("\n\n")[-1]).id
        happens(served, "public-1", user="user_123")
        happens(served, "public-2", user="somebody")
        answer = served.get(STREAM, key="", headers={"Last-Event-ID": start}, user_id="user_123")
    assert answer.status_code == 200, answer.text
    assert "dashboard_update" in answer.text
    assert "user_123" not in answer.text
    assert "somebody" not in answer.text
