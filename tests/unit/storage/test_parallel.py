"""Calls side by side: in order, all of them ended, and never waiting for themselves."""

import threading

import pytest

from belvedere.storage.parallel import PARALLEL, side_by_side


def test_results_come_in_the_order_of_the_arguments() -> None:
    assert side_by_side(lambda n: n * n, range(20)) == [n * n for n in range(20)]


def test_the_first_failure_is_raised_after_all_have_ended() -> None:
    ended: list[int] = []

    def call(n: int) -> None:
        ended.append(n)
        if n in (3, 5):
            raise ValueError(n)

    with pytest.raises(ValueError, match="3"):
        side_by_side(call, range(8))
    assert sorted(ended) == [*range(8)]


def test_a_call_that_makes_calls_of_its_own_makes_them_itself() -> None:
    """All threads at such calls, each waiting for one of them, would wait for ever."""

    def inner(_: int) -> str:
        return threading.current_thread().name

    def outer(_: int) -> bool:
        return set(side_by_side(inner, range(3))) == {threading.current_thread().name}

    assert side_by_side(outer, range(PARALLEL * 2)) == [True] * PARALLEL * 2
