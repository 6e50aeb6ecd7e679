"""A fold may die anywhere."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import crashes
from tests.worlds.lab import Lab


def test_a_fold_that_dies_before_or_after_any_call_leaves_true_totals_when_it_is_delivered_again(
    lab: Lab, proven: Proven
) -> None:
    assert proven(crashes.at_every_call(lab)).faults > 15


def test_a_fold_that_dies_again_and_again_still_ends_with_true_totals(lab: Lab, proven: Proven) -> None:
    assert proven(crashes.again_and_again(lab)).failures > 2
