"""Any number of folds may work on the same records at the same time, at any pace."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import late_reads, rivals
from tests.worlds.lab import Lab


def test_folds_that_start_the_same_batch_together_count_it_once(lab: Lab, proven: Proven) -> None:
    proven(rivals.racing(lab))


def test_a_fold_that_is_overtaken_before_any_of_its_calls_adds_nothing_twice(lab: Lab, proven: Proven) -> None:
    assert proven(rivals.overtaken(lab)).faults > 5


def test_a_fold_that_wakes_up_after_an_erasure_brings_nobody_back(lab: Lab, proven: Proven) -> None:
    assert proven(rivals.zombie(lab)).faults > 5


def test_not_even_when_it_dies_before_it_finds_out(lab: Lab, proven: Proven) -> None:
    assert proven(rivals.dying_zombie(lab)).failures > 5


def test_partitions_that_share_a_distinct_row_lose_no_member(lab: Lab, proven: Proven) -> None:
    assert proven(rivals.sharing_rows(lab)).faults > 5


def test_a_read_that_shows_the_past_hides_no_member(lab: Lab, proven: Proven) -> None:
    proven(late_reads.reads_from_the_past(lab))
