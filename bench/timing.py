"""Times things fairly on a machine that has other things to do: in turns, round by round, and by the median."""

import time
from collections.abc import Callable, Hashable, Mapping
from statistics import median
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def interleaved(calls: Mapping[Name, Callable[[], object]], rounds: int) -> dict[Name, list[float]]:
    """Milliseconds of every call in every round; each round begins with another call, after one round that is dropped.

    So a slow spell of the machine hits all of them, and none always runs in another's wake.
    """
    names = list(calls)
    spent: dict[Name, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            taken = milliseconds(calls[name])
            if turn:
                spent[name].append(taken)
    return spent


def medians(spent: Mapping[Name, list[float]]) -> dict[Name, float]:
    """The median of each."""
    return {name: median(values) for name, values in spent.items()}


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def percentile(values: list[float], q: float) -> float:
    """The value at rank q of sorted values, the next one up where it falls between two."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]
