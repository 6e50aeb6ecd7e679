"""A log of traces becomes sessions, by every alias; what cannot be one goes to the dead letters with its reason."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.boards.registry import CATALOG
from belvedere.ingest.parse import parse
from belvedere_cli.errors import UsageError
from belvedere_cli.imports import batches, litellm
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.kinds import kind_of
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.traces.session import session_event
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Unreachable, WireEvent
from infra.local.settings import ROOT
from tests import litellm_log
from tests.litellm_log import BAD, GOOD, LINES, Line, record, span, trace
from tests.unit.infra.fake_stack import FakeStack
from tests.unit.infra.test_importer import Notes

NOW = 1_767_225_600_000
RECORDED = ROOT.parent / "shared" / "fixtures" / "litellm_json_array.json"


def event_of(line: dict[str, Any], **how: Any) -> WireEvent:
    event = session_event(line, **how)
    assert event is not None
    return event


def part_of(event: WireEvent, name: str) -> Any:
    return getattr(event, name) if name in ("id", "time", "user") else event.properties.get(name)


def imported(
    file: Path, stack: FakeStack, state: Path, *, restart: bool = False, **how: Any
) -> tuple[ImportCounts, Notes]:
    notes = Notes()
    with litellm.feed(str(file), **how) as feed:
        job = prepare(feed, Target("http://stack", "key"), state_dir=state, restart=restart, display=notes)
        asyncio.run(job.send(stack.client()))
    return job.tally, notes


def letters(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.with_suffix(".deadletter.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("line", GOOD, ids=lambda line: line.why)
def test_a_line_is_read_by_its_aliases(line: Line) -> None:
    event = event_of(json.loads(line.text))
    assert {name: part_of(event, name) for name in line.told or {}} == line.told
    parse(msgspec.json.encode(event), "demo", NOW)  # and it is one that the door takes


@pytest.mark.parametrize("line", BAD, ids=lambda line: line.why)
def test_a_defect_is_a_dead_letter_with_its_reason(line: Line, tmp_path: Path) -> None:
    file = litellm_log.write(tmp_path / "log.jsonl", [line, Line("good", json.dumps(trace()), {})])
    stack = FakeStack()
    tally, _ = imported(file, stack, tmp_path)
    assert (tally.malformed, tally.accepted) == (1, 1)
    (letter,) = letters(file)
    assert letter == {"line": 1, "reason": letter["reason"], "raw": line.text}
    assert line.reason in letter["reason"]


def test_the_whole_log_goes_in_and_every_bad_line_is_told(tmp_path: Path) -> None:
    file, stack = litellm_log.write(tmp_path / "log.jsonl"), FakeStack()
    tally, notes = imported(file, stack, tmp_path)
    assert (tally.rows, tally.malformed) == (len(LINES), len(BAD))
    traces = {event_of(json.loads(line.text)).id for line in GOOD}
    assert (tally.accepted, tally.duplicate) == (len(traces), len(GOOD) - len(traces))
    assert tally.duplicate == 6  # one moment, written in seven ways
    numbers = [2 * number - 1 for number, line in enumerate(LINES, start=1) if line.told is None]  # between blank ones
    assert [letter["line"] for letter in letters(file)] == numbers
    assert [note for note in notes.notes if note.startswith(f"log.jsonl:{numbers[0]}: ")] != []


def test_a_clean_run_leaves_no_dead_letters_and_a_new_run_forgets_the_old_ones(tmp_path: Path) -> None:
    file = litellm_log.write(tmp_path / "log.jsonl", BAD)
    imported(file, FakeStack(), tmp_path)
    imported(file, FakeStack(), tmp_path)
    assert len(letters(file)) == len(BAD)
    litellm_log.write(file, GOOD[:3])
    imported(file, FakeStack(), tmp_path)
    assert list(tmp_path.glob("*.deadletter.jsonl")) == []


def test_dead_letters_may_go_elsewhere(tmp_path: Path) -> None:
    file = litellm_log.write(tmp_path / "log.jsonl", BAD)
    imported(file, FakeStack(), tmp_path, dead_letter_dir=tmp_path / "dead" / "letters")
    assert [path.name for path in (tmp_path / "dead" / "letters").iterdir()] == ["log.deadletter.jsonl"]


def test_an_import_that_was_stopped_adds_to_its_dead_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_ROWS", 1)
    good = Line("good", json.dumps(trace()), {})
    file = litellm_log.write(tmp_path / "log.jsonl", [BAD[0], good, BAD[1]])
    with pytest.raises(Unreachable):
        imported(file, FakeStack(failures=[OSError("gone")] * 9), tmp_path)
    assert [letter["line"] for letter in letters(file)] == [1]
    imported(file, FakeStack(), tmp_path)
    assert [letter["line"] for letter in letters(file)] == [1, 5]


def test_what_the_stack_rejects_is_a_dead_letter_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = litellm_log.write(tmp_path / "log.jsonl", [Line("", json.dumps(trace()), {})])
    monkeypatch.setattr("belvedere_cli.imports.traces.session.SESSION", "bad.session")
    imported(file, FakeStack(), tmp_path)
    assert letters(file)[0]["reason"] == "rejected: UNKNOWN_TYPE: no such type"


def test_a_conflict_is_told_and_is_no_dead_letter(tmp_path: Path) -> None:
    twice = [Line("", json.dumps(record(response_cost=cost)), {}) for cost in (1.0, 2.0)]
    tally, notes = imported(litellm_log.write(tmp_path / "log.jsonl", twice), FakeStack(), tmp_path)
    assert (tally.accepted, tally.conflict, tally.flawless) == (1, 1, False)
    assert notes.notes == ["log.jsonl:3: conflict"]
    assert list(tmp_path.glob("*.deadletter.jsonl")) == []


def test_the_same_moment_written_differently_is_the_same_trace() -> None:
    ids = {
        event_of(trace(timestamp=time)).id for time in ("2024-03-04T12:00:00Z", "2024-03-04T12:00:00+00:00", 1709553600)
    }
    assert len(ids) == 1
    assert event_of(trace(timestamp="2024-03-04T12:00:01Z")).id not in ids


@pytest.mark.parametrize(
    "other",
    [{"metadata": {"developer_id": "dev-2"}}, {"usage": {"input_tokens": 31}}, {"latency_ms": 5}, {"model": "x"}],
)
def test_what_a_trace_is_decides_its_id(other: dict[str, Any]) -> None:
    assert event_of(trace(attributes={}) | other).id != event_of(trace(attributes={})).id


def test_what_is_worked_out_later_does_not() -> None:
    later = trace(response_cost=1.0) | {
        "attributes": {"llm.model_name": "anthropic/claude-3-sonnet", "diff_ratio": 0.5}
    }
    assert event_of(later).id == event_of(trace()).id == event_of(trace(), default_repo="o/n").id


def test_a_repository_is_given_to_traces_that_name_none(tmp_path: Path) -> None:
    assert event_of(trace(), default_repo="o/default").properties["repo_slug"] == "o/default"
    named = trace(metadata={"repo": "o/own"})
    assert event_of(named, default_repo="o/default").properties["repo_slug"] == "o/own"
    with pytest.raises(UsageError, match="--repo must be a repository"):
        imported(litellm_log.write(tmp_path / "log.jsonl"), FakeStack(), tmp_path, repo="../x")


@pytest.mark.parametrize("kind", ["AGENT", "CHAIN", "TOOL"])
def test_spans_around_a_call_are_no_sessions(kind: str) -> None:
    around = {"span_kind": kind, "context.span_id": "1", "start_time": 1709553600000, "attributes.input.value": "hi"}
    assert session_event(around) is None
    assert session_event(span(span_kind=kind)) is not None  # one that tells its own tokens is


def test_a_format_that_is_named_is_not_guessed() -> None:
    flat = {name: value for name, value in span().items() if not name.startswith("context.")}
    assert event_of(flat | {"usage": {}}).properties["tokens_in"] == 0
    assert event_of(flat | {"usage": {}}, form="arize").properties["tokens_in"] == 11


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_of_records_is_read_on_one_line_or_many(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "records.json"
    file.write_text(json.dumps([record(), 7, record(litellm_call_id="other")], indent=indent))
    stack = FakeStack()
    tally, notes = imported(file, stack, tmp_path)
    assert sorted(stack.events) == ["litellm-985d0057", "litellm-other"]
    assert (tally.rows, tally.malformed) == (3, 1)
    assert notes.notes[0].startswith("records.json[2]: " if indent else "records.json:1: ")


def test_an_array_that_is_cut_off_costs_its_lines_only(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("[" + json.dumps(record()) + "\n" + json.dumps(record()) + "\n")
    tally, _ = imported(file, FakeStack(), tmp_path)
    assert (tally.accepted, tally.malformed) == (1, 1)


@pytest.mark.parametrize("line", [trace(), record(), span()])
def test_a_log_of_traces_is_known_by_its_first_line(tmp_path: Path, line: dict[str, Any]) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(json.dumps(line) + "\n")
    assert kind_of(None, str(file)).name == "litellm"


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded requests lie beside the project, not in it")
def test_a_recorded_request_of_the_generic_logger_is_read(tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(base64.b64decode(json.loads(RECORDED.read_text())[0]["wire_b64"]))
    stack = FakeStack()
    tally, _ = imported(file, stack, tmp_path)
    assert (tally.accepted, tally.malformed) == (2, 0)
    (first, _) = stack.events.values()
    assert (first["user"], first["properties"]["model"], first["properties"]["tokens_out"]) == ("u1", "gpt-4o-mini", 20)
    assert first["properties"]["cost_usd"] == 1.35e-05


def test_the_door_prices_what_the_trace_does_not(tmp_path: Path) -> None:
    event = event_of(trace(metadata={"developer_id": "dev-1"}, attributes={"model": "anthropic/claude-3-sonnet"}))
    enrich = CATALOG.event_types[event.type].enrich
    assert enrich is not None
    assert enrich(event.properties, 1709553600000)["cost_usd"] == pytest.approx(0.0057)
