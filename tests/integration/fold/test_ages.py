"""Old events and old raw data."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import ages
from tests.worlds.lab import Lab


def test_fifteen_months_come_in_one_batch(lab: Lab, proven: Proven) -> None:
    assert proven(ages.fifteen_months_at_once(lab)).transactions > 100


def test_raw_events_that_expire_change_no_total(lab: Lab, proven: Proven) -> None:
    assert proven(ages.expiries(lab)).faults > 10
