"""The schedule's function has the others make themselves ready, and says of which it failed."""

import json
from typing import Any

import pytest

import ops.warm
from belvedere.observability import is_warm_up
from belvedere.settings import settings


class Functions:
    """Takes invocations; refuses those of functions that do not exist."""

    def __init__(self, *missing: str, broken: tuple[str, ...] = ()) -> None:
        self.missing, self.broken = missing, broken
        self.invoked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        if call["FunctionName"] in self.missing:
            raise LookupError(call["FunctionName"])
        self.invoked.append(call)
        return {"StatusCode": 200} | ({"FunctionError": "Unhandled"} if call["FunctionName"] in self.broken else {})


def warm(monkeypatch: pytest.MonkeyPatch, functions: Functions, names: str) -> dict[str, Any]:
    monkeypatch.setenv("WARM_FUNCTIONS", names)
    settings.cache_clear()
    monkeypatch.setattr(ops.warm, "lambda_answering", lambda _: functions)
    return ops.warm.handler({}, None)


def test_every_named_function_gets_the_warm_up_event(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions()
    assert warm(monkeypatch, functions, "a,b, c") == {"warmed": 3, "failed": []}
    assert sorted(call["FunctionName"] for call in functions.invoked) == ["a", "b", "c"]
    assert all(is_warm_up(json.loads(call["Payload"])) for call in functions.invoked)


def test_one_that_cannot_be_warmed_is_reported_and_the_others_are_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions("b")
    assert warm(monkeypatch, functions, "a,b,c") == {"warmed": 2, "failed": ["b"]}
    assert len(functions.invoked) == 2


def test_one_that_fails_to_make_itself_ready_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warm(monkeypatch, Functions(broken=("a",)), "a,b") == {"warmed": 1, "failed": ["a"]}


def test_with_nothing_to_warm_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions()
    assert warm(monkeypatch, functions, "") == {"warmed": 0, "failed": []}
    assert functions.invoked == []
