"""What `belvedere export` asks for, and what it says when it cannot begin."""

from pathlib import Path
from typing import Any, NoReturn

import pytest

from belvedere_cli import cli
from belvedere_cli.export import export_run
from belvedere_cli.export.export_run import FileExport
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Refused

NEEDED = ("--format", "csv", "--type", "learning.interaction", "--from", "2026-01-01", "--to", "2026-02-01")
STACK = ("--url", "http://stack", "--key", "k")


def belvedere_export(folder: Path, *words: str) -> int:
    return cli.main(["export", *words, "-o", str(folder / "file.csv"), "--state-dir", str(folder)])


def requested(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> FileExport:
    """What the command makes of its words."""
    requests: list[FileExport] = []
    monkeypatch.setattr(export_run, "run", lambda request: requests.append(request) or 0)
    assert belvedere_export(folder, *NEEDED, *STACK, *words) == 0
    return requests[0]


def test_what_was_not_said_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = requested(tmp_path, monkeypatch)
    assert (request.target, request.workspace) == (Target("http://stack", "k"), "demo")
    assert request.job == {
        "format": "csv",
        "data_types": ["learning.interaction"],
        "date_range": {"start": "2026-01-01", "end": "2026-02-01"},
    }


def test_every_option_has_its_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--type", "learning.hint", "--column", "time", "--column", "user", "--compress", "--workspace", "w",
             "--timezone", "Europe/Berlin", "--filters", '{"dimension": "concept", "in": ["units"]}')  # fmt: skip
    request = requested(tmp_path, monkeypatch, *words)
    assert request.workspace == "w"
    assert request.job["data_types"] == ["learning.interaction", "learning.hint"]
    assert {name: request.job[name] for name in ("columns", "compress", "timezone", "filters")} == {
        "columns": ["time", "user"],
        "compress": True,
        "timezone": "Europe/Berlin",
        "filters": {"dimension": "concept", "in": ["units"]},
    }


@pytest.mark.parametrize("left_out", range(0, len(NEEDED), 2))
def test_an_option_that_is_needed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], left_out: int) -> None:
    with pytest.raises(SystemExit) as left:
        belvedere_export(tmp_path, *NEEDED[:left_out], *NEEDED[left_out + 2 :], *STACK)
    assert left.value.code == 2
    assert NEEDED[left_out] in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "[]", "1"])
def test_filters_are_a_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit):
        belvedere_export(tmp_path, *NEEDED, *STACK, "--filters", text)
    assert "is not a JSON object" in capsys.readouterr().err


def test_a_place_that_takes_no_file_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert belvedere_export(tmp_path / "nowhere", *NEEDED, *STACK) == 2
    assert "is no place for a file" in capsys.readouterr().err


def test_without_a_stack_it_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert belvedere_export(tmp_path, *NEEDED) == 2
    assert "make up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [(KeyboardInterrupt(), 130, "is cancelled"), (Refused("HTTP 401: no"), 2, "export failed: HTTP 401: no"),
     (PermissionError("no disk"), 2, "export failed: no disk")],
    ids=["Ctrl-C", "refused", "disk"],
)  # fmt: skip
def test_how_it_ended_is_told_and_is_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException,
    code: int, sentence: str,
) -> None:  # fmt: skip
    async def ended(*_: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(export_run, "exported", ended)
    assert belvedere_export(tmp_path, *NEEDED, *STACK) == code
    assert sentence in capsys.readouterr().err
