"""Delivery: each connection's frames in order, a failing one at nobody's cost, large audiences in parts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from belvedere.realtime.push import frame_sender
from belvedere.realtime.push.frame_sender import (
    AT_ONCE,
    CONNECTION_S,
    FrameSender,
    SendOutcome,
    SendResult,
    Split,
    answered,
    unpacked,
)


class Gateway:
    """The API's connections: `gone` and `broken` ones do not take anything."""

    def __init__(self, gone: Sequence[str] = (), broken: Sequence[str] = ()) -> None:
        self.got: dict[str, list[bytes]] = {}
        self._gone, self._broken = gone, broken

    def post(self, connection: str, payload: bytes) -> int:
        if connection in self._gone:
            return 410
        if connection in self._broken and len(self.got.get(connection, ())) == 1:
            raise TimeoutError
        self.got.setdefault(connection, []).append(payload)
        return 200


def test_every_connection_gets_its_own_frames_in_order() -> None:
    gateway = Gateway()
    posted = FrameSender(gateway.post).send_all({"a": [b"1", b"2", b"3"], "b": [b"1"]})
    assert gateway.got == {"a": [b"1", b"2", b"3"], "b": [b"1"]}
    assert posted == {"a": SendResult(SendOutcome.SENT, 3), "b": SendResult(SendOutcome.SENT, 1)}


def test_a_closed_and_a_failing_connection_are_told_apart_and_hold_up_nobody() -> None:
    gateway = Gateway(gone=["closed"], broken=["slow"])
    posted = FrameSender(gateway.post).send_all({"closed": [b"1"], "slow": [b"1", b"2", b"3"], "well": [b"1", b"2"]})
    assert posted["closed"] == SendResult(SendOutcome.GONE, 0)
    assert posted["slow"] == SendResult(SendOutcome.FAILED, 1)
    assert posted["well"] == SendResult(SendOutcome.SENT, 2)


def test_an_audience_of_any_size_gets_everything_once() -> None:
    gateway, parts = Gateway(), []

    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        letters = unpacked(payload)
        parts.append(len(letters))
        return answered(FrameSender(gateway.post).send_all(letters))

    letters = {f"c{number}": [b'"all"', b'"%d"' % (number % 3)] for number in range(2 * AT_ONCE + 1)}
    posted = Split(FrameSender(gateway.post).send_all, invoke)(letters)
    assert gateway.got == letters
    assert (sorted(parts), set(posted.values())) == ([1, AT_ONCE, AT_ONCE], {SendResult(SendOutcome.SENT, 2)})


def test_a_small_audience_needs_no_further_invocation() -> None:
    def never(payload: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("not for so few")

    def send(letters: Mapping[str, Sequence[bytes]]) -> dict[str, SendResult]:
        return dict.fromkeys(letters, SendResult(SendOutcome.SENT, 1))

    assert len(Split(send, never)({f"c{n}": [b"1"] for n in range(AT_ONCE)})) == AT_ONCE


def test_a_part_whose_invocation_fails_is_failed_and_the_others_are_not() -> None:
    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        if "c0" in payload["letters"]:
            raise TimeoutError
        return answered(dict.fromkeys(payload["letters"], SendResult(SendOutcome.SENT, 1)))

    posted = Split(FrameSender(Gateway().post).send_all, invoke)(
        {f"c{number}": [b"1"] for number in range(AT_ONCE + 1)}
    )
    assert sum(one.outcome is SendOutcome.FAILED for one in posted.values()) == AT_ONCE


class Clock:
    """Time that passes with each call of a slow gateway."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class SlowGateway(Gateway):
    """Takes its time for every frame."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self._clock, self._seconds = clock, seconds

    def post(self, connection: str, payload: bytes) -> int:
        self._clock.now += self._seconds
        return super().post(connection, payload)


def test_a_connection_that_takes_its_time_gets_a_few_frames_and_is_not_blamed() -> None:
    clock = Clock()
    gateway = SlowGateway(clock, CONNECTION_S / 2 + 0.1)
    posted = FrameSender(gateway.post, clock).send_one("slow", [b"1", b"2", b"3", b"4"])
    assert posted == SendResult(SendOutcome.LATE, 2)
    assert gateway.got == {"slow": [b"1", b"2"]}


def test_when_the_rounds_time_is_over_nothing_more_is_begun() -> None:
    clock = Clock()
    assert FrameSender(Gateway().post, clock).send_one("any", [b"1"], ends=-1.0) == SendResult(SendOutcome.LATE, 0)


def test_an_api_that_has_too_much_to_do_is_nobodys_fault() -> None:
    assert FrameSender(lambda *_: 429).send_one("any", [b"1"]) == SendResult(SendOutcome.LATE, 0)
    assert FrameSender(lambda *_: 500).send_one("any", [b"1"]) == SendResult(SendOutcome.FAILED, 0)


def test_parts_are_small_enough_for_an_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_sender, "MOST_BYTES", 100)
    letters = {"a": [b"x" * 60], "b": [b"x" * 60], "c": [b"y" * 60], "d": [b"z" * 300]}
    assert [list(part) for part in frame_sender.parted(letters)] == [["a", "b"], ["c"], ["d"]]
