"""The importer sends every row it can read, reports the others by line, and goes on where it was stopped."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from belvedere_cli import cli
from belvedere_cli.errors import UsageError
from belvedere_cli.imports import batches, importer, session
from belvedere_cli.imports.feed import ParsedRow, file_feed
from belvedere_cli.imports.github import github_token
from belvedere_cli.imports.importer import ImportRequest
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.kinds import kind_of
from belvedere_cli.imports.mappings.events import EVENTS
from belvedere_cli.imports.mappings.oatutor import OATUTOR
from belvedere_cli.imports.mappings.sender import concepts_of, register
from belvedere_cli.imports.progress import ImportCheckpoint, ImportCounts
from belvedere_cli.imports.source import digest_of, open_source
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Unreachable
from tests.unit.infra.fake_stack import FakeStack, refusal

HEADER = ["", "oatsUserId", "problemID", "stepID", "hintID", "eventType", "isCorrect", "firstAttempt", "time", "skills"]
TARGET = Target("http://stack", "key")
MAPPINGS = {"oatutor": OATUTOR, "events": EVENTS}


class Notes:
    """A display that remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.positions: list[int] = []

    def advance(self, position: int, rows: int) -> None:
        self.positions.append(position)

    def note(self, text: str) -> None:
        self.notes.append(text)


def row(number: int, **cells: str) -> str:
    """One line of the log, an answer unless told otherwise."""
    answer = dict(zip(HEADER, [str(number), "u1", "real11", "real11a", "", "answerStep", "True", "True"], strict=False))
    answer |= {"time": "2021-01-16 04:44:49", "skills": "['a']"} | cells
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(answer[name] for name in HEADER)
    return line.getvalue()


def log(path: Path, *rows: str) -> Path:
    """A log file of these lines under the real header."""
    file = path / "log.csv"
    file.write_text(",".join(HEADER) + "\n" + "".join(rows))
    return file


def imported(
    file: Path,
    stack: FakeStack,
    state: Path,
    *,
    name: str | None = None,
    restart: bool = False,
    target: Target = TARGET,
) -> tuple[ImportCounts, Notes]:
    """Import a file into a fake stack; returns the tally and the notes."""
    notes = Notes()
    with file_feed(file, MAPPINGS[kind_of(name, str(file)).name]) as feed:
        job = prepare(feed, target, state_dir=state, restart=restart, display=notes)
        asyncio.run(job.send(stack.client()))
    return job.tally, notes


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a batch, so that a few rows make several requests."""
    monkeypatch.setattr(batches, "BATCH_ROWS", 2)


def test_every_row_arrives_once_and_the_tally_says_so(tmp_path: Path) -> None:
    stack = FakeStack()
    tally, notes = imported(log(tmp_path, row(0), row(1), row(2, eventType="unlockHint")), stack, tmp_path)
    assert sorted(stack.events) == ["oatutor-0", "oatutor-1", "oatutor-2"]
    assert tally == ImportCounts(rows=3, sent=3, accepted=3)
    assert notes.notes == []


def test_importing_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0), row(1))
    imported(file, stack, tmp_path)
    before = dict(stack.events)
    tally, _ = imported(file, stack, tmp_path)
    assert stack.events == before
    assert tally == ImportCounts(rows=2, sent=2, duplicate=2)


def test_malformed_rows_are_reported_with_their_line_and_the_rest_is_sent(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0), row(1, time="soon"), "\n", row(2), "3,too,few\n", row(4))
    tally, notes = imported(file, stack, tmp_path)
    assert sorted(stack.events) == ["oatutor-0", "oatutor-2", "oatutor-4"]
    assert (tally.rows, tally.malformed) == (5, 2)
    assert notes.notes[0].startswith("log.csv:3: time must be")
    assert notes.notes[1] == "log.csv:6: 3 cells where the header has 10"


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0), '1,"u1,real11\n', row(2), row(3, time="soon"), row(4))
    tally, notes = imported(file, stack, tmp_path)
    assert sorted(stack.events) == ["oatutor-0", "oatutor-2", "oatutor-4"]
    assert [note.split(" ")[0] for note in notes.notes] == ["log.csv:3:", "log.csv:5:"]
    assert tally.malformed == 2


def test_a_line_end_inside_quotes_is_part_of_its_row(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0, stepID="one\ntwo"), row(1, time="soon"))
    _, notes = imported(file, stack, tmp_path)
    assert stack.events["oatutor-0"]["properties"]["step"] == "one\ntwo"
    assert notes.notes[0].startswith("log.csv:4:")


def test_text_that_is_not_utf8_is_one_malformed_row(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0))
    file.write_bytes(file.read_bytes() + row(1).encode().replace(b"u1", b"\xff1") + row(2).encode())
    tally, notes = imported(file, stack, tmp_path)
    assert sorted(stack.events) == ["oatutor-0", "oatutor-2"]
    assert (tally.malformed, notes.notes) == (1, ["log.csv:3: not UTF-8 text"])


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    stack = FakeStack()
    file = log(tmp_path, row(0))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    tally, _ = imported(file, stack, tmp_path)
    assert tally.accepted == 1


def test_a_file_of_json_lines_is_read_too(tmp_path: Path) -> None:
    stack = FakeStack()
    file = tmp_path / "events.jsonl"
    event = {"id": "a", "type": "ops.x", "time": 1610772289000, "properties": {"n": 1}}
    file.write_text(json.dumps(event) + "\n\nnot json\n[1]\n" + json.dumps({"id": "b", "type": "ops.x"}) + "\n")
    tally, notes = imported(file, stack, tmp_path)
    assert stack.events == {"a": event}
    assert tally.malformed == 3
    assert [note.split(" ")[0] for note in notes.notes] == ["events.jsonl:3:", "events.jsonl:4:", "events.jsonl:5:"]
    assert notes.notes[2] == "events.jsonl:5: without time"


def test_an_event_over_the_limit_is_a_malformed_row(tmp_path: Path) -> None:
    stack = FakeStack()
    file = tmp_path / "events.jsonl"
    rows = [{"id": str(n), "type": "ops.x", "time": 1, "properties": {"text": "x" * n}} for n in (1, 300_000)]
    file.write_text("\n".join(map(json.dumps, rows)))
    tally, notes = imported(file, stack, tmp_path)
    assert (tally.accepted, tally.malformed) == (1, 1)
    assert "262,144" in notes.notes[0]


def test_what_the_stack_does_not_take_is_reported_with_its_line_and_reason(tmp_path: Path) -> None:
    stack = FakeStack()
    file = tmp_path / "events.jsonl"
    rows = [{"id": "a", "type": kind, "time": time} for kind, time in [("ops.x", 1), ("bad.x", 1), ("ops.x", 2)]]
    file.write_text("\n".join(map(json.dumps, rows)))
    tally, notes = imported(file, stack, tmp_path)
    assert tally == ImportCounts(rows=3, sent=3, accepted=1, conflict=1, rejected={"UNKNOWN_TYPE": 1})
    assert notes.notes == ["events.jsonl:2: rejected: UNKNOWN_TYPE: no such type", "events.jsonl:3: conflict"]
    assert not tally.flawless


def test_requests_are_cut_by_rows_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = FakeStack()
    file = log(tmp_path, *(row(n) for n in range(5)))
    monkeypatch.setattr(batches, "BATCH_ROWS", 3)
    imported(file, stack, tmp_path)
    assert [len(request) for request in stack.requests] == [3, 2]
    monkeypatch.setattr(batches, "BATCH_BYTES", 1)
    imported(file, stack, tmp_path)
    assert [len(request) for request in stack.requests[2:]] == [1] * 5


@pytest.mark.usefixtures("small_batches")
def test_a_broken_import_goes_on_after_what_was_acknowledged(tmp_path: Path) -> None:
    file = log(tmp_path, row(0), row(1, time="soon"), *(row(n) for n in range(2, 9)))
    stack = FakeStack(failures=[None, None, *[OSError("gone")] * 20])
    with pytest.raises(Unreachable):
        imported(file, stack, tmp_path)
    stack.failures.clear()
    sent_before = len(stack.requests)
    tally, notes = imported(file, stack, tmp_path)
    resumed = [event["id"] for request in stack.requests[sent_before:] for event in request]
    assert resumed == [f"oatutor-{n}" for n in range(4, 9)]
    assert notes.notes == ["going on after 4 rows acknowledged before; --restart begins again"]
    assert tally == ImportCounts(rows=9, malformed=1, sent=8, accepted=8)


@pytest.mark.usefixtures("small_batches")
def test_ctrl_c_leaves_what_was_acknowledged_behind(tmp_path: Path) -> None:
    file = log(tmp_path, *(row(n) for n in range(8)))
    stack = FakeStack(failures=[None, asyncio.CancelledError()])
    with pytest.raises(asyncio.CancelledError):
        imported(file, stack, tmp_path)
    tally, notes = imported(file, stack, tmp_path)
    assert len(notes.notes) == 1
    assert sorted(stack.events) == [f"oatutor-{n}" for n in range(8)]
    assert tally.rows == 8


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("other", ["restart", "another workspace", "another file"])
def test_a_checkpoint_is_used_only_for_the_same_file_and_target(tmp_path: Path, other: str) -> None:
    stack = FakeStack(failures=[None, refusal(403, "no"), *[None] * 20])
    file = log(tmp_path, *(row(n) for n in range(6)))
    with pytest.raises(Exception, match="403"):
        imported(file, stack, tmp_path)
    if other == "another file":
        file = log(tmp_path, *(row(n) for n in range(7)))
    target = Target("http://stack", "other") if other == "another workspace" else TARGET
    tally, notes = imported(file, stack, tmp_path, restart=other == "restart", target=target)
    assert notes.notes == []
    assert tally.sent == tally.rows


def test_a_damaged_checkpoint_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "imports").mkdir()
    file = log(tmp_path, row(0))
    checkpoint = ImportCheckpoint.of(tmp_path, digest=digest_of(file), mapping="oatutor", target=TARGET.fingerprint)
    checkpoint.path.write_text("{")
    assert imported(file, FakeStack(), tmp_path)[0].accepted == 1
    assert not checkpoint.path.exists()


def test_progress_ends_at_the_end_of_the_file(tmp_path: Path) -> None:
    file = log(tmp_path, row(0), row(1))
    _, notes = imported(file, FakeStack(), tmp_path)
    assert notes.positions[-1] == file.stat().st_size


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("name,age\nx,1\n", None, "no mapping knows"),
        ("name,age\nx,1\n", "oatutor", "lacks columns"),
        ("name,age\nx,1\n", "nonsense", "no mapping 'nonsense'"),
        ("", None, "it is empty"),
        ("name,age\nx,1\n", None, "columns of .*: age, name; name one of: oatutor"),
    ],
)
def test_a_file_that_no_mapping_can_read_is_refused_before_anything_is_sent(
    tmp_path: Path, content: str, name: str | None, said: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(content)
    stack = FakeStack()
    with pytest.raises(UsageError, match=said):
        imported(file, stack, tmp_path, name=name)
    assert stack.requests == []


@pytest.mark.parametrize(
    ("source", "said"),
    [("nothing.jsonl", "there is no "), ("empty.jsonl", "does not begin with a JSON object"), ("", "import git")],
    ids=["missing", "empty", "directory"],
)
def test_a_source_that_is_no_file_of_rows_is_told_as_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    (tmp_path / "empty.jsonl").touch()
    assert belvedere_import(tmp_path, str(tmp_path / source)) == 2
    assert said in capsys.readouterr().err


def belvedere_import(state_dir: Path, *words: str) -> int:
    """The exit code of the command."""
    return cli.main(["import", *words, "--state-dir", str(state_dir)])


def requested(state_dir: Path, *words: str) -> ImportRequest:
    """What the command makes of its words."""
    requests: list[ImportRequest] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(importer, "run", lambda request: requests.append(request) or 0)
        assert belvedere_import(state_dir, *words) == 0
    return requests[0]


def test_the_mapping_may_be_named_or_left_out(tmp_path: Path) -> None:
    request = requested(tmp_path, "log.csv")
    assert (request.kind, request.source) == (None, "log.csv")
    assert requested(tmp_path, "oatutor", "log.csv").kind == "oatutor"


@pytest.mark.parametrize("words", ["--since 2026-01-31 git .", "git --since 2026-01-31 .", "git . --since 2026-01-31"])
def test_options_may_stand_anywhere_among_the_words(tmp_path: Path, words: str) -> None:
    request = requested(tmp_path, *words.split())
    assert (request.kind, request.source, request.options["since"]) == ("git", ".", date(2026, 1, 31))


def test_what_a_command_does_not_know_is_told_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["import", "git", ".", "more"], ["keys", "create", "--scope", "read", "more"], ["logs", "nothing"]):
        with pytest.raises(SystemExit):
            cli.main([*words, "--state-dir", str(tmp_path)])
        assert words[-1] in capsys.readouterr().err


@pytest.mark.parametrize("words", [["missing.csv"], ["."]])
def test_a_command_that_cannot_start_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert belvedere_import(tmp_path, *words, "--url", "http://127.0.0.1:9", "--key", "k") == 2
    assert "import failed" in capsys.readouterr().err


class FakeConnection:
    """Stands in for the HTTP connection of the command."""

    def __init__(self, stack: FakeStack) -> None:
        self.stack = stack

    def __call__(self, target: Target) -> "FakeConnection":
        return self

    async def __aenter__(self) -> object:
        return self.stack.transport

    async def __aexit__(self, *error: object) -> None:
        return None


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--strict"], 1)])
def test_bad_rows_fail_the_command_only_when_it_is_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], flags: list[str], code: int
) -> None:
    monkeypatch.setattr(session, "http_transport", FakeConnection(FakeStack()))
    file = str(log(tmp_path, row(0), row(1, time="soon")))
    assert belvedere_import(tmp_path, file, "--url", "http://h", "--key", "k", *flags) == code
    shown = capsys.readouterr()
    assert "accepted" in shown.out
    assert "log.csv:3:" in shown.err


def test_the_concepts_of_a_file_are_each_told_once_and_only_where_they_can_be_an_id(tmp_path: Path) -> None:
    skills = ["['graph_line']", "['a/b']", "", "['graph_line']", "['units', 'other']", "nonsense"]
    file = log(tmp_path, *(row(number, skills=told) for number, told in enumerate(skills)))
    with file.open("rb") as stream:
        found = list(concepts_of(open_source(file, stream), MAPPINGS["oatutor"]))
    assert found == [{"concept_id": "graph_line", "name": "graph line"}, {"concept_id": "units", "name": "units"}]


def test_registering_concepts_needs_an_admin_key(tmp_path: Path) -> None:
    file = log(tmp_path, row(1))
    request = requested(tmp_path, str(file), "--url", "http://there", "--key", "k", "--register-concepts")
    with pytest.raises(UsageError, match="--admin-key"):
        asyncio.run(register(file, OATUTOR, request.target))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["git", ".", "--format", "arize"], "--format is for litellm, not for git"),
        (["log.csv", "--repo", "o/n"], "--repo is for litellm, prodlens, git, not for oatutor"),
        (
            ["litellm", "log.csv", "--register-concepts"],
            "is for oatutor, events, not for litellm",
        ),
        (["github", "o/n", "--api-url", "http://github.example"], "--api-url must start with https://"),
        (["git", "."], "not a git repository"),
        (["nonsense", "log.csv"], "there are: oatutor, events, litellm, prodlens, git, github"),
    ],
)
def test_an_option_that_is_not_for_this_kind_of_source_ends_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    log(tmp_path, row(0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "http_transport", FakeConnection(FakeStack()))
    assert belvedere_import(tmp_path, *words, "--url", "http://h", "--key", "k") == 2
    assert said in capsys.readouterr().err


def test_a_day_is_a_day(tmp_path: Path) -> None:
    assert requested(tmp_path, "git", ".", "--since", "2026-01-31").options["since"] == date(2026, 1, 31)
    with pytest.raises(SystemExit):
        requested(tmp_path, "git", ".", "--since", "last week")


def test_the_form_of_a_log_of_traces_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "http_transport", FakeConnection(stack := FakeStack()))
    file = tmp_path / "traces.jsonl"
    usage = {"input_tokens": 3, "output_tokens": 5}
    file.write_text(json.dumps({"timestamp": "2026-01-05T09:00:00Z", "usage": usage, "metadata": {"user": "ada"}}))
    words = ("litellm", str(file), "--format", "litellm", "--url", "http://h", "--key", "k")
    assert belvedere_import(tmp_path, *words) == 0
    assert [event["user"] for event in stack.events.values()] == ["ada"]


def test_a_token_with_odd_characters_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as told:
        github_token("ghp_x\ny")
    assert "ghp_" not in str(told.value)


@pytest.mark.parametrize(
    "bad",
    [
        '{"id": "x", "type": "ops.x", "time": 1, "properties": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
        '{"id": "x", "type": "ops.x", "time": 1, "properties": {"n": "\\ud800"}}',
        '{"id": "x", "type": "ops.x", "time": 1, "properties": {"n": 1' + "0" * 5_000 + "}}",
        '{"id": 1' + "0" * 30 + ', "type": "ops.x", "time": 1}',
    ],
    ids=["too deep", "half a surrogate pair", "a number of 5,000 digits", "an id that is no text"],
)
def test_a_row_that_nobody_thought_of_costs_itself_only(tmp_path: Path, bad: str) -> None:
    stack, file = FakeStack(), tmp_path / "events.jsonl"
    rows = [json.dumps({"id": name, "type": "ops.x", "time": 1}) for name in ("before", "after")]
    file.write_text("\n".join([rows[0], bad, rows[1]]))
    tally, notes = imported(file, stack, tmp_path)
    assert {"before", "after"} <= set(stack.events)
    assert (tally.malformed, len(notes.notes)) == (1, 1)


def test_what_ends_a_file_does_not_undo_what_came_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = FakeStack()
    file = log(tmp_path, *(row(n) for n in range(5)))
    monkeypatch.setattr(batches, "BATCH_ROWS", 2)
    with file_feed(file, MAPPINGS["oatutor"]) as feed:
        whole = iter(list(feed.readings))

        def readings() -> Iterator[ParsedRow]:
            yield from (next(whole) for _ in range(3))
            raise OSError("the disk is gone")

        job = prepare(replace(feed, readings=readings()), TARGET, state_dir=tmp_path, restart=False, display=Notes())
        with pytest.raises(OSError, match="the disk is gone"):
            asyncio.run(job.send(stack.client()))
    assert sorted(stack.events) == ["oatutor-0", "oatutor-1", "oatutor-2"]
    assert job.tally.rows == 3
    tally, _ = imported(file, stack, tmp_path)
    assert (tally.rows, tally.accepted) == (5, 5)
