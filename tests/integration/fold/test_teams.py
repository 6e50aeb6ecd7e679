"""The productivity board's families, of which some count what is stored and some have several distinct fields."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import teams
from tests.worlds.lab import Lab


def test_events_of_every_type_are_counted_true_whatever_call_a_fold_dies_at(lab: Lab, proven: Proven) -> None:
    assert proven(teams.at_every_call(lab)).faults > 15


def test_a_teams_totals_stay_true_through_copies_deaths_repeats_seals_erasures_and_expiries(
    lab: Lab, proven: Proven
) -> None:
    assert proven(teams.through_everything(lab)).failures > 2
