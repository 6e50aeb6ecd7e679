"""Fits a logistic regression with one weight a feature and one effect a concept, by Newton's method. Pure.

Performance Factors Analysis (Pavlik, Cen and Koedinger, AIED 2009) is this with the logs of successes and failures; the
other features stand beside them. Weights and effects have normal priors around 0 (ridge), so the fit exists, is the
only one, and a concept with little data stays near the average. The Hessian's block of concepts is diagonal: it is
eliminated, and what remains is as small as the features are few.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from belvedere.boards.learning.predict.algebra import Matrix, cholesky, dot, inverse, solved
from belvedere.boards.learning.predict.history import Vector

WEIGHT_PRECISION = 1.0
EFFECT_PRECISION = 4.0  # concepts differ by half a logit, unless they show otherwise
FREE = 1e-6  # the precision of the constant
STEPS = 30
HALVINGS = 20
SMALL = 1e-8


@dataclass(frozen=True)
class TrainingRows:
    """What is fitted: rows in the order of their concepts, those of concept c at `bounds[c]` up to `bounds[c + 1]`."""

    rows: Sequence[Vector]
    outcomes: Sequence[bool]
    bounds: Sequence[int]


@dataclass(frozen=True)
class Fit:
    """Weights, their covariance, and for each concept its effect, its precision, and how it moves with the weights."""

    weights: list[float]
    covariance: Matrix
    effects: list[float]
    precisions: list[float]
    shifts: list[list[float]]


@dataclass(frozen=True)
class _Quadratic:
    """The objective near a point: its gradients, and the Hessian's blocks after the concepts are eliminated."""

    gradient: list[float]
    effect_gradient: list[float]
    lower: Matrix
    shifts: list[list[float]]
    precisions: list[float]


def fit(data: TrainingRows) -> Fit:
    """The weights and effects of highest posterior density; the same for the same rows. Needs a row."""
    columns = list(zip(*data.rows, strict=True))
    prior = [FREE] + [WEIGHT_PRECISION] * (len(columns) - 1)
    weights, effects = [0.0] * len(columns), [0.0] * (len(data.bounds) - 1)
    value = _objective(data, prior, weights, effects)
    for _ in range(STEPS):
        near = _quadratic(data, columns, prior, weights, effects)
        step = solved(near.lower, _reduced(near))
        pulls = zip(near.effect_gradient, near.precisions, near.shifts, strict=True)
        moves = [pull / precision - dot(shift, step) for pull, precision, shift in pulls]
        share = 1.0
        for _ in range(HALVINGS):
            tried = [w + share * s for w, s in zip(weights, step, strict=True)]
            moved = [e + share * m for e, m in zip(effects, moves, strict=True)]
            better = _objective(data, prior, tried, moved)
            if better >= value:
                break
            share /= 2
        gain, weights, effects, value = better - value, tried, moved, better
        if gain < SMALL:
            break
    near = _quadratic(data, columns, prior, weights, effects)
    return Fit(weights, inverse(near.lower), effects, near.precisions, near.shifts)


def chance(logit: float) -> float:
    """The logistic function, without overflow."""
    return 1.0 / (1.0 + math.exp(-logit)) if logit >= 0 else 1.0 - 1.0 / (1.0 + math.exp(logit))


def _logits(data: TrainingRows, weights: Sequence[float], effects: Sequence[float]) -> list[float]:
    logits: list[float] = []
    for concept, effect in enumerate(effects):
        rows = data.rows[data.bounds[concept] : data.bounds[concept + 1]]
        logits.extend(sum(map(mul, row, weights)) + effect for row in rows)
    return logits


def _objective(data: TrainingRows, prior: Sequence[float], weights: Sequence[float], effects: Sequence[float]) -> float:
    """Log likelihood and log prior."""
    fitted = 0.0
    for logit, good in zip(_logits(data, weights, effects), data.outcomes, strict=True):
        signed = logit if good else -logit
        fitted -= math.log1p(math.exp(-signed)) if signed > 0 else math.log1p(math.exp(signed)) - signed
    penalty = sum(p * w * w for p, w in zip(prior, weights, strict=True)) + EFFECT_PRECISION * dot(effects, effects)
    return fitted - penalty / 2


def _quadratic(
    data: TrainingRows,
    columns: Sequence[Vector],
    prior: Sequence[float],
    weights: Sequence[float],
    effects: Sequence[float],
) -> _Quadratic:
    chances = [chance(logit) for logit in _logits(data, weights, effects)]
    errors = [good - p for good, p in zip(data.outcomes, chances, strict=True)]
    certain = [p * (1.0 - p) for p in chances]
    weighed = [list(map(mul, column, certain)) for column in columns]
    spans = list(zip(data.bounds, data.bounds[1:], strict=False))
    precisions = [sum(certain[a:b]) + EFFECT_PRECISION for a, b in spans]
    crossed = [[sum(column[a:b]) for column in weighed] for a, b in spans]
    shifts = [[value / d for value in row] for row, d in zip(crossed, precisions, strict=True)]
    hessian = [[sum(map(mul, weighed[i], columns[j])) for j in range(i + 1)] for i in range(len(columns))]
    for i, row in enumerate(hessian):
        for j in range(i + 1):
            row[j] -= sum(cross[i] * shift[j] for cross, shift in zip(crossed, shifts, strict=True))
        row[i] += prior[i]
    return _Quadratic(
        [sum(map(mul, column, errors)) - p * w for column, p, w in zip(columns, prior, weights, strict=True)],
        [sum(errors[a:b]) - EFFECT_PRECISION * effect for (a, b), effect in zip(spans, effects, strict=True)],
        cholesky(hessian),
        shifts,
        precisions,
    )


def _reduced(near: _Quadratic) -> list[float]:
    """The gradient of the weights, once the effects follow them."""
    gradient = list(near.gradient)
    for pull, shift in zip(near.effect_gradient, near.shifts, strict=True):
        for i, value in enumerate(shift):
            gradient[i] -= value * pull
    return gradient
