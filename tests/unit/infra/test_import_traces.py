"""Files as the tools of the trade write them: what is a session, once, with its own tokens, cost, status and time."""

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.boards.registry import CATALOG
from belvedere.ingest.parse import parse
from belvedere_cli.imports import litellm
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.kinds import kind_of
from belvedere_cli.imports.mappings import RowError
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.traces.session import session_event
from belvedere_cli.sending.event_target import Target
from tests.litellm_log import record, span, trace
from tests.unit.infra.fake_stack import FakeStack
from tests.unit.infra.test_importer import Notes

Json = dict[str, Any]
NOW = 1_924_992_000_000
COUNTS = ("prompt", "completion", "total")


def imported(
    path: Path, text: str | list[Json], name: str = "log.jsonl", notes: Notes | None = None
) -> tuple[ImportCounts, list[Json]]:
    """The tally of a file, and the events that the door took."""
    file, stack = path / name, FakeStack()
    file.write_text(text if isinstance(text, str) else "\n".join(map(json.dumps, text)))
    with litellm.feed(str(file)) as feed:
        job = prepare(feed, Target("http://s", "k"), state_dir=path, restart=True, display=notes or Notes())
        asyncio.run(job.send(stack.client()))
    events = list(stack.events.values())
    for event in events:
        parse(msgspec.json.encode(event), "demo", NOW)
    return job.tally, events


def tokens(events: list[Json]) -> list[int]:
    return sorted(one["properties"]["tokens_in"] + one["properties"]["tokens_out"] for one in events)


def told(line: Json) -> Json:
    event = session_event(line)
    assert event is not None
    return event.properties


def cost(line: Json) -> float:
    """What the door makes a session cost."""
    enrich = CATALOG.event_types["productivity.session"].enrich
    assert enrich is not None
    return float(enrich(told(line), 1709553600000)["cost_usd"])


# what is no value


def columns(kind: str | None, **attributes: Any) -> Json:
    """A row of a table of spans: every column is there, most hold null."""
    empty = {f"attributes.llm.token_count.{name}": None for name in COUNTS}
    return span(span_kind=kind, **{"attributes.llm.model_name": None, **empty, "attributes.metadata": None}) | {
        f"attributes.{name}": value for name, value in attributes.items()
    }


@pytest.mark.parametrize("kind", ["CHAIN", "AGENT", "TOOL", "UNKNOWN", None])
def test_a_row_whose_columns_are_null_is_no_session(kind: str | None) -> None:
    assert session_event(columns(kind)) is None


def test_a_call_whose_counts_are_null_is_a_dead_letter_and_one_that_failed_is_a_session() -> None:
    with pytest.raises(RowError, match="its counts of tokens are null"):
        session_event(columns("LLM", **{"llm.model_name": "gpt-4o"}))
    with pytest.raises(RowError, match="its counts of tokens are null"):
        session_event(trace(usage={"input_tokens": None, "output_tokens": None}))
    with pytest.raises(RowError, match="without usage"):
        session_event(record(prompt_tokens=None, completion_tokens=None, total_tokens=None))
    failed = told(columns("LLM") | {"status_code": "ERROR"})
    assert (failed["tokens_in"], failed["status_code"]) == (0, 500)


def test_a_usage_that_is_null_does_not_hide_the_counts_elsewhere() -> None:
    assert told(span(usage=None))["tokens_in"] == 11
    assert told(record(usage={"prompt_tokens": None}))["tokens_in"] == 10
    kept = record(prompt_tokens=None, completion_tokens=None, total_tokens=None)
    kept["metadata"]["usage_object"] = {"prompt_tokens": 5, "completion_tokens": 6}
    assert told(kept)["tokens_out"] == 6


def test_an_agent_that_names_its_model_has_no_tokens_for_that() -> None:
    assert session_event(columns("AGENT", **{"llm.model_name": "gpt-4o"})) is None
    assert session_event(columns("agent", **{"gen_ai.request.model": "gpt-4o"})) is None


# kinds


@pytest.mark.parametrize(
    "kind",
    [
        {"span_kind": "agent"},
        {"span_kind": "UNKNOWN", "attributes.openinference.span.kind": "AGENT"},
        {"attributes.openinference.span.kind": "chain"},
        {"attributes": {"traceloop.span.kind": "workflow"}},
        {"attributes": {"openinference": {"span": {"kind": "TOOL"}}}},
        {"attributes.gen_ai.operation.name": "execute_tool"},
        {"attributes.gen_ai.operation.name": "invoke_agent"},
    ],
    ids=str,
)
def test_steps_are_known_in_any_case_and_by_their_attributes(kind: Json) -> None:
    named = {"context.span_id": "1", "start_time": 1709553600000, "attributes.llm.model_name": "gpt-4o"}
    assert session_event(named | kind) is None


@pytest.mark.parametrize(
    "kind",
    [{"span_kind": "llm"}, {"attributes.openinference.span.kind": "LLM"}, {"attributes.gen_ai.operation.name": "chat"}],
)
def test_calls_are_known_in_any_case_and_by_their_attributes(kind: Json) -> None:
    assert session_event({"context.span_id": "1", "start_time": 1709553600000} | kind) is not None


# identity of spans


def nested(number: int, **fields: Any) -> Json:
    """A span as OpenTelemetry prints it."""
    return {
        "name": "chat", "kind": "SpanKind.CLIENT", "parent_id": None,
        "context": {"trace_id": "0x9a2e", "span_id": f"0x{number:04x}", "trace_state": "[]"},
        "start_time": "2024-03-04T12:00:00.000000Z", "end_time": "2024-03-04T12:00:01.250000Z",
        "status": {"status_code": "UNSET"}, "events": [], "links": [],
        "attributes": {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
                       "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 10},
    } | fields  # fmt: skip


def test_spans_with_a_nested_context_stay_apart(tmp_path: Path) -> None:
    tally, events = imported(tmp_path, [nested(1), nested(2)])
    assert (tally.accepted, sum(tokens(events))) == (2, 220)
    assert sorted(one["id"] for one in events) == ["span-9a2e-0001", "span-9a2e-0002"]
    assert session_event(span(**{"context.span_id": "0001"})).id == "span-9a2e-0001"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ({"status": {"status_code": "ERROR", "description": "x"}}, 500),
        ({"status": {"status_code": "StatusCode.ERROR"}}, 500),
        ({"status": {"code": 2}}, 500),
        ({"status": {"code": "STATUS_CODE_OK"}}, 200),
        ({"status": {"code": 0}}, None),
        ({"status": {}}, None),
        ({"status": "ERROR"}, 500),
        ({"status": {"status_code": "ERROR"}, "attributes.http.response.status_code": 429}, 429),
    ],
    ids=str,
)
def test_a_status_may_be_an_object(status: Json, code: int | None) -> None:
    assert told(nested(1) | status).get("status_code") == code


# tokens belong to the innermost


def family() -> list[Json]:
    """An agent whose span tells the tokens of the two calls inside it, of which one is a step deeper."""

    def one(span_id: str, parent: str | None, kind: str, count: int | None) -> Json:
        return span(span_kind=kind, parent_id=parent, **{
            "context.span_id": span_id, "attributes.llm.token_count.prompt": count,
            "attributes.llm.token_count.completion": 0 if count else None, "attributes.llm.token_count.total": count,
        })  # fmt: skip

    return [
        one("agent", None, "AGENT", 220), one("call-1", "agent", "LLM", 110), one("chain", "agent", "CHAIN", 110),
        one("call-2", "chain", "LLM", 110), one("tool", "agent", "TOOL", None),
    ]  # fmt: skip


@pytest.mark.parametrize("turn", [1, -1])
def test_a_span_that_adds_up_those_inside_it_is_no_session(tmp_path: Path, turn: int) -> None:
    tally, events = imported(tmp_path, family()[::turn])
    assert sorted(one["id"] for one in events) == ["span-9a2e-call-1", "span-9a2e-call-2"]
    assert (sum(tokens(events)), tally.no_event, tally.malformed) == (220, 3, 0)


def test_a_call_around_a_call_is_told_by_the_inner_one(tmp_path: Path) -> None:
    inner = nested(2, parent_id="0x0001")
    assert [one["id"] for one in imported(tmp_path, [nested(1), inner])[1]] == ["span-9a2e-0002"]


def test_an_agent_whose_calls_tell_no_tokens_tells_its_own(tmp_path: Path) -> None:
    rows = [row for row in family() if row["context.span_id"] in ("agent", "tool")]
    assert tokens(imported(tmp_path, rows)[1]) == [220]


def test_spans_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    assert imported(tmp_path, [nested(1, parent_id="0x0002"), nested(2, parent_id="0x0001")])[0].rows == 2


# LiteLLM's records


def without_call(**fields: Any) -> Json:
    return {name: value for name, value in record(**fields).items() if name != "litellm_call_id"}


def row(**fields: Any) -> Json:
    """A row of LiteLLM's database."""
    return {
        "request_id": "chatcmpl-7", "call_type": "acompletion", "api_key": "88dc28d0", "spend": 0.0042,
        "total_tokens": 30, "prompt_tokens": 10, "completion_tokens": 20, "startTime": "2024-03-04 12:00:00.754",
        "endTime": "2024-03-04 12:00:00.982", "model": "openai/gpt-4o-mini", "user": "dev-3", "end_user": "",
        "cache_hit": "False", "status": "success", "session_id": "s-1",
        "metadata": json.dumps({"user_api_key_user_id": "dev-3", "usage_object": {"prompt_tokens": 10}}),
    } | fields  # fmt: skip


def test_records_are_known_by_their_id_where_they_have_no_call(tmp_path: Path) -> None:
    _, events = imported(tmp_path, [without_call(id="chatcmpl-1"), without_call(id="chatcmpl-2")])
    assert sorted(one["id"] for one in events) == ["litellm-chatcmpl-1", "litellm-chatcmpl-2"]
    assert session_event(record()).id == "litellm-985d0057"  # type: ignore[union-attr]  # as it always was


def test_a_row_of_the_database_has_its_id_and_its_cost(tmp_path: Path) -> None:
    (event,) = imported(tmp_path, [row()])[1]
    assert (event["id"], event["user"], event["time"]) == ("litellm-chatcmpl-7", "dev-3", "2024-03-04T12:00:00.754Z")
    assert event["properties"] == {
        "session_id": "s-1", "model": "openai/gpt-4o-mini", "latency_ms": 228.0, "status_code": 200,
        "cost_usd": 0.0042, "tokens_in": 10, "tokens_out": 20,
    }  # fmt: skip
    assert len(imported(tmp_path, [row(), row(request_id="chatcmpl-8")])[1]) == 2


def test_rows_of_the_database_may_come_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "spend.csv"
    with file.open("w", newline="") as out:
        table = csv.DictWriter(out, row())
        table.writeheader()
        table.writerows([row(), row(request_id="chatcmpl-8", spend="much"), row(request_id="chatcmpl-9")])
    assert kind_of(None, str(file)).name == "litellm"
    tally, events = imported(tmp_path, file.read_text(), "spend.csv")
    assert sorted(one["id"] for one in events) == ["litellm-chatcmpl-7", "litellm-chatcmpl-9"]
    assert tally.malformed == 1


@pytest.mark.parametrize("apart", [0.002, -0.002])
def test_a_call_that_is_told_twice_is_one_session(tmp_path: Path, apart: float) -> None:
    twice = [record(), record(startTime=1709553600.754056 + apart)]
    tally, events = imported(tmp_path, twice)
    assert (tally.accepted, len({(one["id"], one["time"]) for one in events})) == (1, 1)
    assert (tally.no_event, tally.flawless) == (1, True)


def test_a_call_that_is_told_twice_with_other_tokens_is_a_conflict(tmp_path: Path) -> None:
    tally, events = imported(tmp_path, [record(), record(startTime=1709553600.756, completion_tokens=21)])
    assert (tally.accepted, tally.conflict, tokens(events)) == (1, 1, [30])


def test_a_call_that_was_tried_again_is_two_sessions(tmp_path: Path) -> None:
    file, stack = tmp_path / "log.jsonl", FakeStack()
    tries = [
        record(status="failure", startTime=1709553600.0),
        record(startTime=1709553600.2),
        record(startTime=1709553609.0),
    ]
    file.write_text("\n".join(map(json.dumps, tries)))
    with litellm.feed(str(file)) as feed:
        times = [event.time for reading in feed.readings for event in reading.events]
    assert (times, stack.events) == (
        ["2024-03-04T12:00:00Z", "2024-03-04T12:00:00.200Z", "2024-03-04T12:00:09Z"], {}
    )  # fmt: skip


# tokens of a cache

SONNET = {"llm.model_name": "claude-3-5-sonnet-20241022"}


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": 100, "output_tokens": 100, "cache_read_input_tokens": 14_000,
         "cache_creation_input_tokens": 12_000},
        {"prompt_tokens": 26_100, "completion_tokens": 100, "total_tokens": 26_200, "cache_read_input_tokens": 14_000,
         "cache_creation_input_tokens": 12_000, "prompt_tokens_details": {"cached_tokens": 14_000}},
        {"prompt_tokens": 100, "completion_tokens": 100, "total_tokens": 200, "cache_read_input_tokens": 14_000,
         "cache_creation_input_tokens": 12_000},
        {"prompt_tokens": 26_100, "completion_tokens": 100,
         "prompt_tokens_details": {"cached_tokens": 14_000, "cache_creation_tokens": 12_000}},
        {"input": 100, "output": 100, "total": 26_200, "input_cached_tokens": 14_000, "input_cache_creation": 12_000},
    ],
    ids=["Anthropic", "LiteLLM", "LiteLLM, before it added them", "OpenAI", "Langfuse"],
)  # fmt: skip
def test_tokens_of_a_cache_are_told_and_priced_as_such(usage: Json) -> None:
    line = trace(usage=usage, attributes=SONNET)
    read = told(line)
    assert (read["tokens_in"], read["tokens_out"]) == (26_100, 100)
    assert (read["cache_read_tokens"], read["cache_write_tokens"]) == (14_000, 12_000)
    assert cost(line) == pytest.approx(0.051)


@pytest.mark.parametrize(
    "names",
    [
        ("llm.token_count.prompt", "llm.token_count.prompt_details.cache_read",
         "llm.token_count.prompt_details.cache_write"),
        ("gen_ai.usage.input_tokens", "gen_ai.usage.cache_read.input_tokens",
         "gen_ai.usage.cache_creation.input_tokens"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sent", [100, 26_100])
def test_spans_tell_tokens_of_a_cache_in_their_attributes(names: tuple[str, ...], sent: int) -> None:
    counts = dict(zip(names, (sent, 14_000, 12_000), strict=True)) | {"gen_ai.usage.output_tokens": 100}
    assert told(nested(1, attributes=counts | {"gen_ai.operation.name": "chat"}))["tokens_in"] == 26_100


def test_the_id_of_a_trace_is_made_of_what_it_counts_itself() -> None:
    """So that what was imported before tokens of a cache were read is not imported again."""
    usage = {"input_tokens": 30, "output_tokens": 70}
    cached = usage | {"cache_read_input_tokens": 500}
    assert session_event(trace(usage=usage)).id == session_event(trace(usage=cached)).id  # type: ignore[union-attr]


# time


def test_an_end_before_its_beginning_is_unknown_and_noted(tmp_path: Path) -> None:
    notes = Notes()
    rows = [span(start_time=1709553601250, end_time=1709553600000), span(**{"context.span_id": "b"})]
    tally, events = imported(tmp_path, rows, notes=notes)
    assert [one["properties"].get("latency_ms") for one in events] == [None, 1250.0]
    assert notes.notes == ["log.jsonl:1: ends 1,250 ms before it begins; its latency is unknown"]
    assert (tally.malformed, tally.flawless) == (0, True)


# whole documents


def otlp(*spans: Json) -> Json:
    return {
        "resourceSpans": [
            {"resource": {"attributes": []}, "scopeSpans": [{"scope": {"name": "x"}, "spans": list(spans)}]}
        ]
    }


def otlp_span(number: int) -> Json:
    values = {"gen_ai.operation.name": {"stringValue": "chat"},
              "gen_ai.request.model": {"stringValue": "gpt-4o"},
              "gen_ai.usage.input_tokens": {"intValue": "100"},
              "gen_ai.usage.output_tokens": {"intValue": 10}}  # fmt: skip
    return {
        "traceId": "5b8efff7", "spanId": f"eee{number}", "parentSpanId": "", "name": "chat", "kind": 3,
        "startTimeUnixNano": "1709553600000000000", "endTimeUnixNano": "1709553601250000000", "status": {"code": 2},
        "attributes": [{"key": key, "value": value} for key, value in values.items()],
    }  # fmt: skip


def test_requests_of_otlp_are_read_span_by_span(tmp_path: Path) -> None:
    lines = [otlp(otlp_span(1), otlp_span(2)), otlp(otlp_span(3))]
    assert [len(imported(tmp_path, text)[1]) for text in (lines, json.dumps(lines[0], indent=1))] == [3, 2]
    event = imported(tmp_path, [otlp(otlp_span(1))])[1][0]
    assert (event["id"], event["time"]) == ("span-5b8efff7-eee1", "2024-03-04T12:00:00Z")
    assert event["properties"] == {
        "model": "gpt-4o", "latency_ms": 1250.0, "status_code": 500, "tokens_in": 100, "tokens_out": 10,
    }  # fmt: skip


def test_spans_as_they_are_printed_are_read_one_behind_the_other(tmp_path: Path) -> None:
    printed = "\n".join(json.dumps(nested(number), indent=4) for number in (1, 2, 3))
    assert tokens(imported(tmp_path, printed, "spans.log")[1]) == [110, 110, 110]


def observation(number: int, **fields: Any) -> Json:
    return {
        "id": f"o-{number}", "traceId": "t-1", "type": "GENERATION", "parentObservationId": None, "level": "DEFAULT",
        "startTime": "2024-03-04T12:00:00.000Z", "endTime": "2024-03-04T12:00:02.000Z", "model": "gpt-4o",
        "usageDetails": {"input": 100, "output": 10, "total": 110}, "costDetails": {"total": 0.5},
        "usage": {"input": 100, "output": 10, "total": 110, "unit": "TOKENS"}, "userId": "dev-5",
    } | fields  # fmt: skip


def test_observations_of_langfuse_are_sessions_where_they_are_generations(tmp_path: Path) -> None:
    nothing = {"usageDetails": {}, "costDetails": {}, "usage": None}
    page = {"data": [observation(1), observation(2, type="SPAN", model=None, **nothing),
                     observation(3, level="ERROR", parentObservationId="o-2")], "meta": {"page": 1}}  # fmt: skip
    _, events = imported(tmp_path, json.dumps(page))
    assert [one["id"] for one in events] == ["span-t-1-o-1", "span-t-1-o-3"]
    assert [one["properties"].get("status_code") for one in events] == [None, 500]
    assert (events[0]["user"], events[0]["properties"]["cost_usd"], tokens(events)) == ("dev-5", 0.5, [110, 110])


@pytest.mark.parametrize("line", [nested(1), otlp(otlp_span(1)), observation(1), row(), without_call()], ids=list)
def test_each_form_is_known_by_its_first_line(tmp_path: Path, line: Json) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(json.dumps(line) + "\n")
    assert kind_of(None, str(file)).name == "litellm"
