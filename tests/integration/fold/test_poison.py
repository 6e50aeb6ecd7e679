"""What is no event stops nothing, counts nowhere, and is told once."""

from tests.proof.fixtures import Proven
from tests.proof.scenarios import poison
from tests.worlds.lab import Lab


def test_a_poison_record_is_put_aside_once_and_the_rest_is_folded(lab: Lab, proven: Proven) -> None:
    proven(poison.among_events(lab))


def test_an_event_whose_properties_have_other_types_than_declared_is_put_aside(lab: Lab, proven: Proven) -> None:
    proven(poison.ill_typed_events(lab))


def test_a_recount_beside_poison_passes_over_it_and_an_event_may_replace_it(lab: Lab, proven: Proven) -> None:
    proven(poison.replaced_and_erased(lab))
