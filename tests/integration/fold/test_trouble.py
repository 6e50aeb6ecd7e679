"""Throttled tables and conflicting transactions, for a moment or for good."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import trouble
from tests.worlds.lab import Lab


def test_trouble_from_any_call_on_leaves_true_totals_once_it_has_passed(lab: Lab, proven: Proven) -> None:
    assert proven(trouble.at_every_call(lab)).failures > 10


def test_tables_that_fail_all_the_time_only_make_the_fold_slower(lab: Lab, proven: Proven) -> None:
    assert proven(trouble.most_of_the_time(lab)).faults > 10
