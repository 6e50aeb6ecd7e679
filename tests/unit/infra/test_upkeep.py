"""Upkeep by hand: what the functions answer is told, and their failure is a sentence."""

import io
import json
from typing import Any

import pytest

from infra.local import upkeep
from infra.local.outputs import Outputs
from infra.local.settings import LocalError, LocalSettings


class FakeLambda:
    """Answers every invocation with one payload."""

    def __init__(self, payload: Any, **extra: Any) -> None:
        self.answer = {"Payload": io.BytesIO(json.dumps(payload).encode()), **extra}
        self.asked: dict[str, Any] = {}

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return self.answer


class Stack:
    functions = {"fold.seal": "stack-seal"}  # noqa: RUF012 a stand-in for outputs


def seal(functions: FakeLambda) -> Any:
    outputs: Outputs = Stack()  # type: ignore[assignment]
    return upkeep.seal(LocalSettings(), outputs, 30, functions)


def test_the_asked_days_are_sealed_and_told_by_workspace() -> None:
    functions = FakeLambda({"demo": {"sealed": 3, "kept": 1}})
    assert seal(functions) == {"demo": {"sealed": 3, "kept": 1}}
    assert (functions.asked["FunctionName"], json.loads(functions.asked["Payload"])) == ("stack-seal", {"days": 30})


def test_a_failure_is_told_in_a_sentence() -> None:
    with pytest.raises(LocalError, match="Sealing failed: no table"):
        seal(FakeLambda({"errorMessage": "no table"}, FunctionError="Unhandled"))
