"""Which sessions are announced to whom, and that this depends on the log alone."""

from typing import Any

import pytest

from belvedere.boards.productivity import live
from belvedere.boards.productivity.events import COMMIT, SESSION
from belvedere.boards.productivity.sessions.announced import LEFT_OUT, MOST, announced, finished_session, new_session
from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import Event as StoredEvent
from belvedere.ingest.event import EventContent
from belvedere.ingest.stored import enriched
from belvedere.realtime.alerts.evaluator import ALERT
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.changelog.notices import CHANGES, changes_body
from belvedere.realtime.channel import Message, ReaderFilter
from belvedere.rollups.changes import Change

NOON = 1_704_110_400_000  # 2024-01-01T12:00:00Z
EVERYBODY = ReaderFilter()
NO_NAMES = ReaderFilter(users=frozenset())
ALPHA = {"session_id": "alpha", "model": "anthropic/claude-3-sonnet", "tokens_in": 30, "tokens_out": 70,
         "latency_ms": 1200.0, "status_code": 200, "accepted_flag": True, "accepted_lines": 4, "diff_ratio": 0.82,
         "repo_slug": "openai/dev-agent-lens"}  # fmt: skip


def stored(name: str, user: str | None = "dev-1", kind: str = SESSION, **properties: Any) -> StoredEvent:
    """An event as the door stores it."""
    given = enriched(EventContent(name, properties or {"tokens_in": 1, "tokens_out": 2}, NOON, kind, user))
    return StoredEvent(id=name, type=kind, time=NOON, workspace="w", user=user, properties=given.properties)


def entry(seq: int, *changes: Change | StoredEvent) -> LogEntry:
    """The log's entry for changes; an event alone is one that came in."""
    all_of_them = [change if isinstance(change, Change) else Change("p", "1", after=change) for change in changes]
    return LogEntry(seq, NOON, CHANGES, changes_body(all_of_them, CATALOG.live_fields))


async def heard(messages: list[Message], wanted: ReaderFilter = EVERYBODY) -> list[tuple[str, dict[str, Any]]]:
    """What a reader gets."""
    found = [(message.type, await message.data_for(wanted)) for message in messages]
    return [(kind, data) for kind, data in found if data is not None]


def of_sessions(*entries: LogEntry) -> list[Message]:
    return announced(entries, "new_session", new_session)


async def test_a_session_is_told_as_documented_with_the_price_of_the_door_and_what_else_is_known() -> None:
    ((kind, data),) = await heard(of_sessions(entry(1, stored("e1", **ALPHA))))
    assert kind == "new_session"
    assert data == {
        "session_id": "alpha", "developer_id": "dev-1", "model": "anthropic/claude-3-sonnet", "tokens": 100,
        "cost_usd": pytest.approx(0.0057), "accepted": True, "id": "e1", "timestamp": "2024-01-01T12:00:00Z",
        "tokens_in": 30, "tokens_out": 70, "latency_ms": 1200.0, "status_code": 200,
        "repo_slug": "openai/dev-agent-lens",
    }  # fmt: skip


async def test_the_client_gets_its_own_shape_and_no_null_where_it_reads_a_number() -> None:
    messages = announced([entry(1, stored("e1", **ALPHA), stored("e2", None))], "session_completed", finished_session)
    (_, full), (_, bare) = await heard(messages)
    assert full == {
        "id": "e1", "session_id": "alpha", "developer_id": "dev-1", "timestamp": "2024-01-01T12:00:00Z",
        "model": "anthropic/claude-3-sonnet", "tokens_in": 30, "tokens_out": 70, "latency_ms": 1200.0,
        "status_code": 200, "accepted_flag": True, "repo_slug": "openai/dev-agent-lens", "event_date": "2024-01-01",
        "total_tokens": 100, "cost_usd": pytest.approx(0.0057), "diff_ratio": 0.82, "accepted_lines": 4,
    }  # fmt: skip
    assert (bare["latency_ms"], bare["accepted_flag"], bare["status_code"]) == (0.0, False, None)
    assert (bare["session_id"], bare["developer_id"]) == ("e2", None)
    assert bare["cost_usd"] == pytest.approx(0.00003)


async def test_only_what_came_in_is_announced_in_the_order_of_the_log() -> None:
    came, gone = stored("e1"), Change("p", "2", before=stored("e0"))
    revised = Change("p", "3", before=stored("e2"), after=stored("e2", tokens_in=5, tokens_out=5))
    commit = stored("c1", kind=COMMIT, sha="c1")
    entries = [entry(1, gone), entry(2, stored("e3")), entry(3, commit), entry(4, revised), entry(5, came)]
    assert [data["id"] for _, data in await heard(of_sessions(*entries))] == ["e3", "e1"]


async def test_a_stretch_tells_its_last_sessions_and_counts_the_others_first() -> None:
    many = [entry(n, *(stored(f"e{n}-{i}") for i in range(30))) for n in range(10)]
    (first, *rest) = await heard(of_sessions(*many))
    assert first == (LEFT_OUT, {"count": 300 - MOST})
    assert (len(rest), rest[0][1]["id"], rest[-1][1]["id"]) == (MOST, "e3-10", "e9-29")


async def test_what_the_log_itself_left_out_is_counted_too_but_not_what_it_left_out_of_other_events() -> None:
    import_of_sessions = entry(1, *(stored(f"e{i}") for i in range(1_500)))
    import_of_commits = entry(2, *(stored(f"c{i}", kind=COMMIT, sha=f"c{i}") for i in range(1_500)))
    assert (await heard(of_sessions(import_of_sessions, import_of_commits)))[0] == (LEFT_OUT, {"count": 1_500 - MOST})
    assert of_sessions(import_of_commits) == []


async def test_how_many_messages_a_stretch_has_does_not_depend_on_who_reads() -> None:
    entries = [entry(1, *(stored(f"e{i}", user=f"dev-{i % 3}") for i in range(250)))]
    assert len(of_sessions(*entries)) == MOST + 1
    one = await heard(of_sessions(*entries), ReaderFilter(users=frozenset({"dev-1"})))
    assert {data["developer_id"] for kind, data in one if kind != LEFT_OUT} == {"dev-1"}
    assert one[0] == (LEFT_OUT, {"count": sum(i % 3 == 1 for i in range(50))})


async def test_a_reader_who_may_see_no_names_hears_of_sessions_without_them() -> None:
    ((_, data),) = await heard(of_sessions(entry(1, stored("e1", **ALPHA))), NO_NAMES)
    assert (data["developer_id"], data["session_id"], data["tokens"]) == (None, None, 100)
    ((_, data),) = await heard(of_sessions(entry(1, stored("e1", None, **ALPHA))), NO_NAMES)
    assert (data["developer_id"], data["session_id"], data["tokens"]) == (None, None, 100), "nor of nobody's session"


async def test_a_student_and_a_reader_of_one_developer_hear_of_that_one_only() -> None:
    messages = of_sessions(entry(1, stored("e1"), stored("e2", "dev-2"), stored("e3", None)))
    own = ReaderFilter(users=frozenset({"dev-2"}), board=False)
    assert [data["id"] for _, data in await heard(messages, own)] == ["e2"]
    assert [data["id"] for _, data in await heard(messages, ReaderFilter(users=frozenset({"dev-1"})))] == ["e1", "e3"]


async def test_who_may_see_some_names_is_not_told_the_id_of_a_session_without_a_developer() -> None:
    messages = of_sessions(entry(1, stored("e1", **ALPHA), stored("e2", None, **ALPHA)))
    told = await heard(messages, ReaderFilter(users=frozenset({"dev-1"})))
    assert [(data["id"], data["session_id"]) for _, data in told] == [("e1", "alpha"), ("e2", None)]


async def test_alerts_of_this_board_go_to_those_who_may_see_whom_they_are_about() -> None:
    body = {"user": "dev-1", "alert": {"title": "High error rate"}}
    entries = [LogEntry(1, NOON, ALERT, {"board": board, **body}) for board in ("learning", "productivity")]
    messages = live.alerts(entries)
    assert await heard(messages) == [(ALERT, {"title": "High error rate"})]
    assert await heard(messages, NO_NAMES) == []
