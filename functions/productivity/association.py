"""Correlates two series: {"x": [numbers], "y": [as many]}; the answer is that of `stats.correlation`.

Invoked by the functions that tell correlations, and alone in having scipy. It has no route.
"""

from typing import Any

import msgspec

from belvedere.boards.productivity.stats.correlation import correlations
from belvedere.observability import is_warm_up, warmed

ROUTE = "productivity.association"


class Series(msgspec.Struct):
    """What there is to correlate, pair by pair."""

    x: list[float]
    y: list[float]

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError("x and y: must have as many numbers as each other")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point. Raises msgspec.ValidationError for what is no pair of series."""
    if is_warm_up(event):
        correlations((1, 2, 3, 4), (1, 3, 2, 4))  # so that scipy is there
        return warmed(ROUTE)
    series = msgspec.convert(event, Series)
    return correlations(series.x, series.y)
