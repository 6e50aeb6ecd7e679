"""The same event may come twice, from two at once, with other content, or to two tenants."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import arrivals
from tests.worlds.lab import Lab


def test_the_same_event_from_two_requests_at_once_counts_once_with_the_content_that_stays(
    lab: Lab, proven: Proven
) -> None:
    assert proven(arrivals.racing_requests(lab)).faults > 50


def test_copies_are_duplicates_and_contradictions_are_conflicts_within_and_across_requests(
    lab: Lab, proven: Proven
) -> None:
    assert proven(arrivals.copies_and_contradictions(lab)).faults > 50


def test_two_workspaces_in_one_batch_stay_apart(lab: Lab, proven: Proven) -> None:
    proven(arrivals.two_tenants(lab))
