"""The recount mends what subtraction cannot, whatever happens meanwhile."""

from tests.proof import school
from tests.proof.fixtures import Proven
from tests.proof.lab import Lab
from tests.proof.scenarios import erasure


def test_an_erased_user_who_comes_back_during_the_recount_is_counted(lab: Lab, proven: Proven) -> None:
    assert proven(erasure.while_events_arrive(lab)).faults > 15


def test_a_recount_may_die_at_any_call(lab: Lab, proven: Proven) -> None:
    assert proven(erasure.recount_dies(lab)).faults > 30


def test_a_recount_waits_while_an_event_of_its_bucket_is_not_folded(lab: Lab) -> None:
    with lab.world() as world:
        process = world.process()
        erasure.prepared(world, "demo")
        late = school.events(lab.rng("late"), 20, name="late", users=2, span=school.HOUR)
        world.send("demo", late)
        assert world.recount("demo")["waiting"] > 0
        process.deliver(world.news())
        assert world.recount("demo")["waiting"] == 0
