"""Scores of predictions, against other people's arithmetic."""

import math
import random

import pytest
from scipy.stats import mannwhitneyu

from belvedere.boards.learning.predict.evaluate import auc, brier, calibration_error, log_loss, reliability, scores

RNG = random.Random(11)
CHANCES = [round(RNG.random(), 2) for _ in range(400)]  # rounded, so that there are ties
OUTCOMES = [RNG.random() < p for p in CHANCES]


def test_auc_is_mann_and_whitneys_u_over_all_pairs() -> None:
    good = [p for p, well in zip(CHANCES, OUTCOMES, strict=True) if well]
    bad = [p for p, well in zip(CHANCES, OUTCOMES, strict=True) if not well]
    expected = mannwhitneyu(good, bad).statistic / (len(good) * len(bad))
    assert auc(CHANCES, OUTCOMES) == pytest.approx(expected, abs=1e-12)


def test_auc_of_ties_is_a_half_and_of_one_kind_of_outcome_nothing() -> None:
    assert auc([0.5, 0.5, 0.5], [True, False, True]) == 0.5
    assert auc([0.2, 0.9], [False, True]) == 1.0
    assert auc([0.9, 0.2], [False, True]) == 0.0
    assert auc([0.2, 0.9], [True, True]) is None


def test_losses_by_hand() -> None:
    assert log_loss([0.8, 0.3], [True, False]) == pytest.approx(-(math.log(0.8) + math.log(0.7)) / 2)
    assert brier([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)


def test_being_sure_and_wrong_costs_much_but_not_everything() -> None:
    assert log_loss([0.0], [True]) == pytest.approx(-math.log(1e-6))
    assert log_loss([1.0], [False]) == pytest.approx(-math.log(1e-6))


def test_a_reliability_curve_by_hand() -> None:
    bins = reliability([0.05, 0.07, 0.95, 1.0], [False, True, True, True])
    assert [(one.count, one.observed) for one in bins] == [(2, 0.5), (2, 1.0)]
    assert [one.predicted for one in bins] == pytest.approx([0.06, 0.975])
    assert calibration_error(bins) == pytest.approx((2 * 0.44 + 2 * 0.025) / 4)


def test_predictions_that_are_true_chances_are_calibrated() -> None:
    rng = random.Random(3)
    chances = [rng.random() for _ in range(20_000)]
    told = scores(chances, [rng.random() < p for p in chances])
    assert told.calibration_error < 0.02
    assert told.brier == pytest.approx(1 / 6, abs=0.01)  # the integral of p(1 - p)
