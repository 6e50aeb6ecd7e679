"""What an export reads on real tables: raw events to the last one, and answers with the figures of their endpoints."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from belvedere.auth.caller import Caller
from belvedere.clock import now_ms, to_ms
from belvedere.errors import Forbidden, Invalid
from belvedere.export.sources import raw_events
from belvedere.export.sources.data_type import SETTLING_MS, Part, Selection, SourceContext
from belvedere.export.sources.registry import data_type
from belvedere.http.in_process import answer_of
from belvedere.settings import settings
from belvedere.storage.tables import tables
from tests.contract.learning.school import EVENTS, WEEK
from tests.worlds.served import Served

INTERACTION = "learning.interaction"
SERVICE = Caller("demo", "read", "key")
LATER = 60_000  # so long after the events a job begins
QUESTION = {
    "board": "learning", "metrics": ["interaction_count", "success_rate", "unique_users"], "granularity": "1d",
    "group_by": ["agent_type"],
}  # fmt: skip
Json = dict[str, Any]


@pytest.fixture(scope="module")
def engine(served: Served) -> Served:
    """The API after the school's week."""
    served.send_and_fold(*EVENTS)
    return served


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


def selection(**changed: Any) -> Selection:
    return Selection(**{"start": ms(WEEK["start_date"]), "end": ms(WEEK["end_date"]), **changed})


def read(name: str, chosen: Selection, caller: Caller = SERVICE, **context: Any) -> list[Json]:
    """The rows of all parts, as a job reads them: restricted to the caller, planned, then part by part."""

    async def extracted() -> list[Json]:
        data = data_type(name)
        allowed = await data.restrict(caller, chosen)
        where = {"tables": tables("demo"), "slices": settings().event_slices, "now": now_ms() + LATER, "caller": caller,
                 "answer_of": answer_of}  # fmt: skip
        source = data.source(allowed, SourceContext(**{**where, **context}))
        extracts = [await source.read(Part.from_json(part.to_json())) for part in await source.plan()]
        names = [column.name for column in source.columns]
        return [dict(zip(names, row, strict=True)) for extract in extracts for row in extract.rows]

    return asyncio.run(extracted())


def ids(rows: Sequence[Json]) -> list[str]:
    return [row["id"] for row in rows]


def sent() -> list[Json]:
    """The school's interactions of the week, in order of time and id."""
    start, end = selection().start, selection().end
    chosen = [event for event in EVENTS if event["type"] == INTERACTION and start <= ms(event["time"]) < end]
    return sorted(chosen, key=lambda event: (ms(event["time"]), event["id"]))


def test_raw_events_are_all_there_in_order_of_time_with_what_was_sent(engine: Served) -> None:
    rows = read(INTERACTION, selection())
    assert ids(rows) == ids(sent())
    for row, event in zip(rows, sent(), strict=True):
        own = event["properties"]
        assert (row["type"], row["time"], row["user"]) == (INTERACTION, ms(event["time"]), event.get("user"))
        assert (row["success"], row["agent_type"]) == (own["success"], own.get("agent_type"))


def test_there_are_as_many_as_the_endpoint_counts(engine: Served) -> None:
    summary = engine.get("/dashboard/summary", **WEEK).json()["summary"]
    assert len(read(INTERACTION, selection())) == summary["total_interactions"]
    assert ids(read("learning.hint", selection())) == ["h01"]


def test_events_of_an_old_day_are_there_before_they_are_folded(engine: Served) -> None:
    old = {**sent()[0], "id": "old-1", "time": "2021-03-04T05:06:07Z"}
    day = {"start": ms("2021-03-04T00:00:00Z"), "end": ms("2021-03-05T00:00:00Z")}
    assert ids(read(INTERACTION, selection(**day))) == []
    engine.send(old)
    assert ids(read(INTERACTION, selection(**day))) == ["old-1"]


def test_parts_are_the_whole(engine: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(INTERACTION, selection())
    monkeypatch.setattr(raw_events, "ROWS_PER_PART", 2)
    parts = asyncio.run(plan(INTERACTION))
    assert len(parts) > 3
    assert sum(part.rows for part in parts) == len(whole)
    assert read(INTERACTION, selection()) == whole


async def plan(name: str) -> list[Part]:
    context = SourceContext(tables=tables("demo"), slices=settings().event_slices, now=now_ms() + LATER)
    return await data_type(name).source(selection(), context).plan()


def test_events_received_when_the_job_began_are_left_out_in_every_part(engine: Served) -> None:
    rows = read(INTERACTION, selection())
    last = max(row["received"] for row in rows)
    before = [row for row in rows if row["received"] < last]
    assert read(INTERACTION, selection(), now=last + SETTLING_MS) == rows
    assert read(INTERACTION, selection(), now=last + SETTLING_MS - 1) == before


def test_events_pass_the_filters_of_the_generic_query(engine: Served) -> None:
    agents = sorted({str(event["properties"].get("agent_type")) for event in sent()})
    of_one = {"dimension": "agent_type", "in": agents[:1]}
    wanted = [event["id"] for event in sent() if event["properties"].get("agent_type") == agents[0]]
    assert ids(read(INTERACTION, selection(filters=of_one))) == wanted
    failed = {"and": [of_one, {"not": {"dimension": "success", "in": ["true"]}}]}
    rows = read(INTERACTION, selection(filters=failed))
    assert ids(rows) == [row["id"] for row in read(INTERACTION, selection(filters=of_one)) if not row["success"]]


def test_a_student_gets_their_own_events_and_a_viewer_none(engine: Served) -> None:
    user = str(sent()[0]["user"])
    student = Caller("demo", "read", "token", user, "student")
    rows = read(INTERACTION, selection(), student)
    assert ids(rows) == [event["id"] for event in sent() if event.get("user") == user]
    with pytest.raises(Forbidden):
        read(INTERACTION, selection(), replace(student, role="viewer"))
    with pytest.raises(Forbidden):
        read(INTERACTION, selection(filters={"dimension": "user", "in": ["somebody else"]}), student)


def test_the_rows_of_the_generic_query_are_those_of_its_endpoint(engine: Served) -> None:
    dates = {"from": WEEK["start_date"], "to": WEEK["end_date"]}
    answer = engine.post("/v1/query", {**QUESTION, "range": dates, "limit": 10_000}).json()
    rows = read("query", selection(query=QUESTION))
    assert rows == [{**row, "time": ms(row["time"])} for row in answer["rows"]]
    assert len(rows) == answer["total"] > 1


def test_the_figures_of_an_answer_are_those_of_its_route(engine: Served) -> None:
    summary = engine.get("/dashboard/summary", **WEEK).json()
    rows = read("learning.summary", selection())
    assert {row["field"]: row["number"] for row in rows if row["section"] == "summary"} == summary["summary"]
    agents = [row["text"] for row in rows if (row["section"], row["field"]) == ("agent_breakdown", "agent_type")]
    assert agents == [agent["agent_type"] for agent in summary["agent_breakdown"]]


def test_an_answer_takes_the_fields_of_its_route_and_refuses_others(engine: Served) -> None:
    metrics = {"metrics": ["interaction_count"], "granularity": "1d"}
    rows = read("learning.timeseries", selection(filters=metrics))
    counts = [row["number"] for row in rows if (row["section"], row["field"]) == ("data", "interaction_count")]
    assert sum(counts) == len(sent())
    with pytest.raises(Invalid, match="nothing"):
        read("learning.timeseries", selection(filters={**metrics, "nothing": 1}))
    with pytest.raises(Invalid, match="nothing"):
        read("learning.summary", selection(filters={"nothing": 1}))


def test_an_answer_about_a_person_is_for_those_who_may_see_them(engine: Served) -> None:
    user = str(sent()[0]["user"])
    student = Caller("demo", "read", "token", user, "student")
    rows = read("learning.student_insights", selection(filters={"user_id": user}), student)
    assert user in [row["text"] for row in rows]
    with pytest.raises(Forbidden):
        read("learning.student_insights", selection(filters={"user_id": "somebody else"}), student)


def test_a_range_without_events_has_no_rows(engine: Served) -> None:
    assert read(INTERACTION, Selection(start=0, end=1_000)) == []
