"""Delivery: each connection's frames in order, a failing one at nobody's cost, large audiences in parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.realtime.post import Outcome, Post, Posted
from belvedere.realtime.split import AT_ONCE, Split, answered, unpacked


class Gone(Exception):
    pass


class Gateway:
    """A management client: `gone` and `broken` connections do not take anything."""

    class exceptions:
        GoneException = Gone

    def __init__(self, gone: Sequence[str] = (), broken: Sequence[str] = ()) -> None:
        self.got: dict[str, list[bytes]] = {}
        self._gone, self._broken = gone, broken

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:
        if ConnectionId in self._gone:
            raise Gone
        if ConnectionId in self._broken and len(self.got.get(ConnectionId, ())) == 1:
            raise TimeoutError
        self.got.setdefault(ConnectionId, []).append(Data)


def test_every_connection_gets_its_own_frames_in_order() -> None:
    gateway = Gateway()
    posted = Post(gateway).all({"a": [b"1", b"2", b"3"], "b": [b"1"]})
    assert gateway.got == {"a": [b"1", b"2", b"3"], "b": [b"1"]}
    assert posted == {"a": Posted(Outcome.SENT, 3), "b": Posted(Outcome.SENT, 1)}


def test_a_closed_and_a_failing_connection_are_told_apart_and_hold_up_nobody() -> None:
    gateway = Gateway(gone=["closed"], broken=["slow"])
    posted = Post(gateway).all({"closed": [b"1"], "slow": [b"1", b"2", b"3"], "well": [b"1", b"2"]})
    assert posted["closed"] == Posted(Outcome.GONE, 0)
    assert posted["slow"] == Posted(Outcome.FAILED, 1)
    assert posted["well"] == Posted(Outcome.SENT, 2)


def test_an_audience_of_any_size_gets_everything_once() -> None:
    gateway, parts = Gateway(), []

    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        letters = unpacked(payload)
        parts.append(len(letters))
        return answered(Post(gateway).all(letters))

    letters = {f"c{number}": [b'"all"', b'"%d"' % (number % 3)] for number in range(2 * AT_ONCE + 1)}
    posted = Split(Post(gateway).all, invoke)(letters)
    assert gateway.got == letters
    assert (sorted(parts), set(posted.values())) == ([1, AT_ONCE, AT_ONCE], {Posted(Outcome.SENT, 2)})


def test_a_small_audience_needs_no_further_invocation() -> None:
    def never(payload: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("not for so few")

    def send(letters: Mapping[str, Sequence[bytes]]) -> dict[str, Posted]:
        return dict.fromkeys(letters, Posted(Outcome.SENT, 1))

    assert len(Split(send, never)({f"c{n}": [b"1"] for n in range(AT_ONCE)})) == AT_ONCE


def test_a_part_whose_invocation_fails_is_failed_and_the_others_are_not() -> None:
    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        if "c0" in payload["letters"]:
            raise TimeoutError
        return answered(dict.fromkeys(payload["letters"], Posted(Outcome.SENT, 1)))

    posted = Split(Post(Gateway()).all, invoke)({f"c{number}": [b"1"] for number in range(AT_ONCE + 1)})
    assert sum(one.outcome is Outcome.FAILED for one in posted.values()) == AT_ONCE
