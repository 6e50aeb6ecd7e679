"""How good predicted chances are, against what then happened: discrimination, loss and calibration. Pure."""

import math
from collections.abc import Sequence

import msgspec

BINS = 10
LEAST, MOST = 1e-6, 1 - 1e-6


class Bin(msgspec.Struct, frozen=True):
    """Predictions of about one height: how many, their mean, and the share of successes among them."""

    count: int
    predicted: float
    observed: float


class Scores(msgspec.Struct, frozen=True):
    """Of predictions against outcomes; `auc` is None where all outcomes are alike."""

    auc: float | None
    log_loss: float
    brier: float
    calibration_error: float


def scores(chances: Sequence[float], outcomes: Sequence[bool]) -> Scores:
    """All four. Needs a prediction."""
    return Scores(
        auc(chances, outcomes), log_loss(chances, outcomes), brier(chances, outcomes),
        calibration_error(reliability(chances, outcomes)),
    )  # fmt: skip


def auc(chances: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """The chance that a success was given more than a failure: Mann and Whitney's U over all pairs, ties half."""
    good = sum(outcomes)
    bad = len(outcomes) - good
    if not good or not bad:
        return None
    order = sorted(range(len(chances)), key=chances.__getitem__)
    ranks, start = 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and chances[order[end]] == chances[order[start]]:
            end += 1
        middle = (start + 1 + end) / 2
        ranks += middle * sum(outcomes[position] for position in order[start:end])
        start = end
    return (ranks - good * (good + 1) / 2) / (good * bad)


def log_loss(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The mean of -log of the chance given to what happened; chances are kept off 0 and 1."""
    clipped = (min(max(p, LEAST), MOST) for p in chances)
    lost = math.fsum(-math.log(p if good else 1 - p) for p, good in zip(clipped, outcomes, strict=True))
    return lost / len(chances)


def brier(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The mean squared difference (G. W. Brier, Monthly Weather Review 78, 1950)."""
    return math.fsum((p - good) ** 2 for p, good in zip(chances, outcomes, strict=True)) / len(chances)


def reliability(chances: Sequence[float], outcomes: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Predictions in bins of equal width, those that are not empty: a curve on the diagonal is calibrated."""
    sums = [[0, 0.0, 0.0] for _ in range(bins)]
    for p, good in zip(chances, outcomes, strict=True):
        bin_sums = sums[min(int(p * bins), bins - 1)]
        bin_sums[0] += 1
        bin_sums[1] += p
        bin_sums[2] += good
    return [Bin(int(count), given / count, happened / count) for count, given, happened in sums if count]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: |observed - predicted|, weighed by the number of predictions."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.observed - each.predicted) for each in bins) / total
