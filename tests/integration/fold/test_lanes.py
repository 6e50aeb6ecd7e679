"""A batch may take several transactions, lane by lane; between any two of them anything may happen."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import lanes
from tests.worlds.lab import Lab


def test_a_fold_that_dies_between_its_lanes_goes_on_where_each_lane_stands(lab: Lab, proven: Proven) -> None:
    assert proven(lanes.dying_between(lab)).faults > 20


def test_a_fold_that_is_overtaken_between_its_lanes_adds_nothing_twice(lab: Lab, proven: Proven) -> None:
    assert proven(lanes.overtaken_between(lab)).faults > 5


def test_a_day_that_is_sealed_between_the_lanes_has_no_page_that_lacks_anything(lab: Lab, proven: Proven) -> None:
    assert proven(lanes.sealed_between(lab)).faults > 5
