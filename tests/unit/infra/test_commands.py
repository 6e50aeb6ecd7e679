"""Commands tell what a deployment answers, and every failure in a sentence."""

import io
import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from botocore.exceptions import ReadTimeoutError

from belvedere_cli import cli, deployment
from belvedere_cli.commands.seal import STEP_S, seal_days
from belvedere_cli.errors import CommandError
from infra.local import logs


class FakeLambda:
    """Answers one invocation with each payload."""

    def __init__(self, *payloads: Any, **extra: Any) -> None:
        self.answers = [{"Payload": io.BytesIO(json.dumps(payload).encode()), **extra} for payload in payloads]
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **request: Any) -> dict[str, Any]:
        assert request["FunctionName"] == "stack-seal"
        self.asked.append(json.loads(request["Payload"]))
        return self.answers[len(self.asked) - 1]


class Stack:
    """A stand-in for outputs."""

    emulator, emulator_url, url = "ministack", "http://127.0.0.1:1", "http://127.0.0.1:2"


def seal(functions: FakeLambda, days: int | None = 30) -> list[dict[str, dict[str, int]]]:
    return list(seal_days(functions, "stack-seal", days))


def told(sealed: int, kept: int, left: int) -> dict[str, dict[str, int]]:
    return {"demo": {"sealed": sealed, "kept": kept, "left": left}}


def test_the_asked_days_are_sealed_and_told_by_workspace() -> None:
    functions = FakeLambda(told(3, 1, 0))
    assert seal(functions) == [told(3, 1, 0)]
    assert functions.asked == [{"days": 30, "seconds": STEP_S}]


def test_sealing_goes_on_step_by_step_and_tells_how_far_it_is() -> None:
    functions = FakeLambda(told(3, 1, 5), told(4, 4, 1), told(1, 8, 0))
    assert seal(functions, None) == [told(3, 1, 5), told(7, 1, 1), told(8, 1, 0)]
    assert functions.asked == [{"seconds": STEP_S}] * 3


def test_a_step_in_which_no_day_was_done_is_followed_by_a_longer_one() -> None:
    functions = FakeLambda(told(3, 1, 5), told(0, 4, 5), told(5, 4, 0))
    assert seal(functions)[-1] == told(8, 1, 0)
    assert [asked["seconds"] for asked in functions.asked] == [STEP_S, STEP_S, 2 * STEP_S]


def test_a_failure_is_told_in_a_sentence() -> None:
    with pytest.raises(CommandError, match="Sealing failed: no table"):
        seal(FakeLambda({"errorMessage": "no table"}, FunctionError="Unhandled"))


@pytest.mark.parametrize(
    "command", [["erase", "ada"], ["erase", "--repo", "o/n"], ["seal"], ["keys", "create", "--scope", "read"]], ids=str
)
def test_a_stack_that_does_not_run_is_told_in_a_sentence(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deployment, "needed", lambda _: Stack())
    monkeypatch.setattr(deployment, "listening", lambda _: False)
    assert cli.main([*command, "--state-dir", str(tmp_path)]) == 1
    assert "The stack does not run. Start it: make up" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["demo"], ["import", "events.jsonl"]], ids=str)
def test_nothing_is_sent_to_a_local_stack_that_does_not_run(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deployment, "read", lambda _: Stack())
    monkeypatch.setattr(deployment, "listening", lambda _: False)
    assert cli.main([*command, "--state-dir", str(tmp_path)]) == 2
    assert "The stack does not run. Start it: make up" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-1", "many"])
def test_days_to_seal_are_a_whole_number_above_0(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["seal", f"--days={days}"])
    assert "is not a whole number above 0" in capsys.readouterr().err


def test_ctrl_c_ends_following_as_it_is_meant_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(logs, "show", interrupted)
    assert cli.main(["logs", "--follow", "--state-dir", str(tmp_path)]) == 0
    assert cli.main(["logs", "--state-dir", str(tmp_path)]) == 130


def test_an_emulator_that_does_not_answer_in_time_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def late(_: object) -> NoReturn:
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1:4566")

    monkeypatch.setattr("infra.local.up.up", late)
    assert cli.main(["up", "--state-dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "Read timeout" in told
    assert "belvedere logs emulator" in told


@pytest.mark.parametrize("command", [["erase"], ["erase", "ada", "--repo", "octo/lens"]], ids=str)
def test_either_a_user_or_a_repository_is_erased(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*command, "--state-dir", str(tmp_path)]) == 1
    assert "Erase either a user or, with --repo, a repository." in capsys.readouterr().err
