"""However often and in whatever pieces records come, each counts once."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import redelivery
from tests.worlds.lab import Lab


def test_repeated_cut_and_merged_batches_count_once(lab: Lab, proven: Proven) -> None:
    assert proven(redelivery.repeated_cut_and_merged(lab)).deliveries > 5


def test_a_record_that_is_in_a_batch_twice_counts_once(lab: Lab, proven: Proven) -> None:
    proven(redelivery.overlapping_in_one_batch(lab))


def test_a_failing_batch_that_comes_again_in_halves_counts_once(lab: Lab, proven: Proven) -> None:
    assert proven(redelivery.bisected(lab)).faults > 3


def test_partitions_may_overtake_each_other(lab: Lab, proven: Proven) -> None:
    proven(redelivery.partitions_in_any_order(lab))
