"""An alert is raised once, also while others write to the log all the time; what cannot be written is judged again."""

from collections.abc import Sequence

import pytest

from belvedere.clock import iso
from belvedere.errors import DatabaseUnavailable
from belvedere.realtime.alerts import evaluator as alerts
from belvedere.realtime.alerts.evaluator import ALERT, AlertEvaluator, AlertSource, Readings
from belvedere.realtime.alerts.rules import AlertRule, MetricReading
from belvedere.realtime.changelog.log import LogEntry, entries, read_head
from belvedere.realtime.changelog.notices import CHANGES
from belvedere.realtime.channel import Moment
from tests.worlds.room import Room

LOW = AlertRule(rule_id="low", metric="score", comparison="<", threshold=0.5, title="Low")


async def low(_: Moment, __: str, rules: Sequence[AlertRule]) -> Readings:
    return {rule.rule_id: MetricReading(0.1, 5) for rule in rules}


WATCHED = AlertSource(board="test", event_types=("test.event",), metrics=("score",), rules=(LOW,), read=low,
                  describe=lambda *_: "low")  # fmt: skip


def changed(room: Room) -> LogEntry:
    notice = {"id": "e", "type": "test.event", "time": iso(room.clock()), "user": "ada"}
    return LogEntry(1, room.clock(), CHANGES, {"events": [notice]})


def raised(room: Room) -> list[str]:
    head = read_head(room.tables.state)
    return [one.body["user"] for one in entries(room.tables.state, 0, head.seq) if one.kind == ALERT]


async def test_it_waits_longer_each_time_somebody_else_was_faster(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    watch, faster = AlertEvaluator(WATCHED, [LOW], Moment(room.tables, room.clock()), pauses.append), 3

    def overtaken(*_: object) -> object:
        head = read_head(room.tables.state)
        if len(pauses) < faster:
            room.happens()
        return head

    monkeypatch.setattr(alerts, "read_head", overtaken)
    assert await watch.evaluate([changed(room)]) == 1
    assert raised(room) == ["ada"]
    assert len(pauses) == faster
    assert pauses == sorted(pauses)


async def test_what_cannot_be_written_is_not_taken_for_judged(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = AlertEvaluator(WATCHED, [LOW], Moment(room.tables, room.clock()), lambda _: None)

    def always_overtaken(*_: object) -> object:
        head = read_head(room.tables.state)
        room.happens()
        return head

    with monkeypatch.context() as patched:
        patched.setattr(alerts, "read_head", always_overtaken)
        with pytest.raises(DatabaseUnavailable):
            await watch.evaluate([changed(room)])
    assert raised(room) == []
    assert await watch.evaluate([changed(room)]) == 1
    assert raised(room) == ["ada"]
