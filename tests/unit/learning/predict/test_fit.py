"""The fit, against a general optimizer on the same posterior; its covariance, against the whole Hessian's inverse."""

import math
import random

import numpy as np
import pytest
from scipy.optimize import minimize

from belvedere.boards.learning.predict.algebra import cholesky, inverse
from belvedere.boards.learning.predict.fit import EFFECT_PRECISION, FREE, WEIGHT_PRECISION, TrainingRows, chance, fit

SIZES = (40, 25, 3)


def drawn() -> TrainingRows:
    rng = random.Random(5)
    rows = [(1.0, rng.gauss(0, 1), rng.gauss(1, 2)) for _ in range(sum(SIZES))]
    outcomes = [rng.random() < chance(0.3 + 0.8 * b - 0.4 * c) for _, b, c in rows]
    return TrainingRows(rows, outcomes, [0, 40, 65, 68])


def design(data: TrainingRows) -> np.ndarray:
    concepts = np.repeat(np.arange(len(SIZES)), SIZES)
    return np.hstack([np.array(data.rows), np.eye(len(SIZES))[concepts]])


PRECISIONS = np.array([FREE, WEIGHT_PRECISION, WEIGHT_PRECISION] + [EFFECT_PRECISION] * len(SIZES))


def test_the_fit_is_where_the_posterior_is_highest() -> None:
    data = drawn()
    matrix, signs = design(data), np.where(data.outcomes, 1, -1)
    lost = lambda w: np.logaddexp(0, -signs * (matrix @ w)).sum() + (PRECISIONS * w * w).sum() / 2  # noqa: E731
    expected = minimize(lost, np.zeros(6), method="BFGS", options={"gtol": 1e-9}).x
    found = fit(data)
    assert [*found.weights, *found.effects] == pytest.approx(expected, abs=1e-5)


def test_variances_are_those_of_the_whole_hessians_inverse() -> None:
    data = drawn()
    found, matrix = fit(data), design(data)
    p = 1 / (1 + np.exp(-matrix @ np.array([*found.weights, *found.effects])))
    whole = np.linalg.inv((matrix * (p * (1 - p))[:, None]).T @ matrix + np.diag(PRECISIONS))
    row = np.array([1.0, 0.5, -1.0])
    for concept in range(len(SIZES)):
        asked = np.concatenate([row, np.eye(len(SIZES))[concept]])
        pull = row - np.array(found.shifts[concept])
        told = pull @ np.array(found.covariance) @ pull + 1 / found.precisions[concept]
        assert told == pytest.approx(asked @ whole @ asked, rel=1e-9)


def test_a_concept_with_little_data_stays_near_the_average() -> None:
    rows = TrainingRows([(1.0,)] * 102, [True] * 50 + [False] * 50 + [True] * 2, [0, 100, 102])
    _, rare = fit(rows).effects
    assert 0 < rare < 0.5


def test_outcomes_that_a_feature_tells_apart_still_have_a_fit() -> None:
    data = TrainingRows([(1.0, float(n)) for n in (-3, -2, -1, 1, 2, 3)], [False] * 3 + [True] * 3, [0, 6])
    assert all(map(math.isfinite, fit(data).weights))


def test_the_logistic_function_has_no_overflow() -> None:
    assert (chance(-1000), chance(0), chance(1000)) == (0.0, 0.5, 1.0)


def test_an_inverse_by_cholesky() -> None:
    matrix = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.2], [0.5, -0.2, 2.0]]
    assert np.array(inverse(cholesky(matrix))) == pytest.approx(np.linalg.inv(matrix))
    with pytest.raises(ValueError, match="positive definite"):
        cholesky([[1.0, 2.0], [2.0, 1.0]])
