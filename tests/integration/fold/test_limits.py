"""No row grows without bound, and what DynamoDB refuses for good stops nobody: it is put aside and counts nowhere."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import limits
from tests.worlds.lab import Lab


def test_names_without_end_go_to_further_rows_that_read_as_one(lab: Lab, proven: Proven) -> None:
    proven(limits.names_without_end(lab))


def test_names_of_200_characters_fill_several_rows_of_every_family_that_has_cells(lab: Lab, proven: Proven) -> None:
    proven(limits.long_names(lab))


def test_two_partitions_fill_the_same_rows(lab: Lab, proven: Proven) -> None:
    proven(limits.rivals(lab))


def test_a_user_of_many_rows_can_be_erased(lab: Lab, proven: Proven) -> None:
    proven(limits.erased(lab))


def test_events_whose_rows_are_never_taken_are_put_aside_and_may_be_replaced_or_erased(
    lab: Lab, proven: Proven
) -> None:
    proven(limits.refused_replaced_and_erased(lab))


def test_a_transaction_that_is_too_large_is_taken_in_parts(lab: Lab, proven: Proven) -> None:
    proven(limits.refused_for_size(lab))
