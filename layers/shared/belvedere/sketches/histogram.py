"""Quantiles from counted bins of logarithmic width, 1 % relative error, merged by addition.

Bin rule: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
relative-error guarantees", VLDB 2019. A value v > 0 falls in bin ceil(log_g v), g = (1 + a) / (1 - a).
"""

import math
from collections.abc import Iterable, Mapping

ALPHA = 0.01
_GAMMA = (1 + ALPHA) / (1 - ALPHA)
_LOG_GAMMA = math.log(_GAMMA)
SMALLEST = 1e-9
ZERO_BIN = "z"
_PREFIX = "b"


def bin_of(value: float) -> str:
    """The name of the bin a value >= 0 falls in, as an attribute name: `z` for zero, else `b<index>`."""
    return ZERO_BIN if value < SMALLEST else f"{_PREFIX}{math.ceil(math.log(value) / _LOG_GAMMA)}"


def is_bin(name: str) -> bool:
    """Is an attribute of a row of bins one of them?"""
    return name == ZERO_BIN or (name.startswith(_PREFIX) and name[1:].lstrip("-").isdigit())


def bin_index(name: str) -> float:
    """Where a bin stands among bins: they order as the values in them do."""
    return -math.inf if name == ZERO_BIN else int(name.removeprefix(_PREFIX))


class Histogram:
    """Counts by bin; a count may pass through below zero while removals and additions are merged."""

    __slots__ = ("bins",)

    def __init__(self, bins: Mapping[str, int] | None = None) -> None:
        self.bins: dict[str, int] = dict(bins or {})

    @classmethod
    def of(cls, values: Iterable[float]) -> "Histogram":
        """The histogram of some values."""
        histogram = cls()
        for value in values:
            name = bin_of(value)
            histogram.bins[name] = histogram.bins.get(name, 0) + 1
        return histogram

    def merge(self, other: "Histogram") -> None:
        """Add another histogram's counts."""
        for name, number in other.bins.items():
            self.bins[name] = self.bins.get(name, 0) + number

    def quantile(self, q: float) -> float | None:
        """A value within 1 % of the one at rank floor(q * (n - 1)); None when empty."""
        ordered = sorted((bin_index(name), number) for name, number in self.bins.items() if number > 0)
        rank = math.floor(q * (sum(number for _, number in ordered) - 1))
        for index, number in ordered:
            rank -= number
            if rank < 0:
                return _middle(index)
        return None


def _middle(index: float) -> float:
    """The value whose relative distance to both ends of a bin is ALPHA."""
    return 0.0 if index == -math.inf else 2 * math.exp(index * _LOG_GAMMA) / (_GAMMA + 1)
