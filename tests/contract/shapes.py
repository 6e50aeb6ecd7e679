"""What an answer has to look like, told by an example of it."""

import re
from datetime import UTC, datetime
from typing import Any

ENVELOPE = {"error", "detail", "code", "timestamp", "request_id"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")


def assert_like(answer: Any, example: Any, place: str = "$") -> None:
    """Every field of the example is there with its type; a list has entries, each like the example's first.

    A moment is a moment, in UTC and aware. A whole number in the example is a whole number, a fraction any number.
    """
    match example:
        case dict():
            assert isinstance(answer, dict), f"{place} is not an object"
            assert example.keys() <= answer.keys(), f"{place} lacks {example.keys() - answer.keys()}"
            for name, part in example.items():
                assert_like(answer[name], part, f"{place}.{name}")
        case list():
            assert isinstance(answer, list), f"{place} is not a list"
            assert answer, f"{place} is empty"
            for position, entry in enumerate(answer):
                assert_like(entry, example[0], f"{place}[{position}]")
        case bool():
            assert isinstance(answer, bool), f"{place} is not true or false"
        case int():
            assert isinstance(answer, int), f"{place} is not a whole number: {answer!r}"
            assert not isinstance(answer, bool), f"{place} is not a number"
        case float():
            assert isinstance(answer, int | float), f"{place} is not a number: {answer!r}"
            assert not isinstance(answer, bool), f"{place} is not a number"
        case str() if MOMENT.fullmatch(example):
            moment(answer)
        case _:
            assert type(answer) is type(example), f"{place} is {answer!r}"


def moment(text: str) -> datetime:
    """A moment as answers write it: aware, in UTC, ending in Z."""
    assert MOMENT.fullmatch(text)
    assert text.endswith("Z")
    return datetime.fromisoformat(text).astimezone(UTC)


def assert_refused(answer: Any, status: int, code: str, *told: str) -> dict[str, Any]:
    """One error in the one envelope, whose detail tells all of these; its body."""
    assert answer.status_code == status, answer.text
    body = dict(answer.json())
    assert body["code"] == code
    assert body.keys() >= ENVELOPE
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    for text in told:
        assert text in body["detail"], f"{text!r} is not told: {body['detail']}"
    return body
