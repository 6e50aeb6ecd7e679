"""The fold dies, or an answer is lost, at every call in turn; then everything is delivered again."""

from tests.proof import school
from tests.proof.crash_points import FAULTS, at_each_call
from tests.proof.deliveries import Batch, bisecting, cut
from tests.proof.faults import Kill
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def at_every_call(lab: Lab) -> Verdict:
    """A small batch of insertions, a replacement and an erasure, with each kind of fault at each call in turn."""
    with lab.world() as world:
        struck = at_each_call(world, lambda workspace: small_batch(world, workspace))
        return judge(world, f"{', '.join(FAULTS)}, at each call in turn", faults=struck)


def after_every_call(lab: Lab) -> Verdict:
    """The smallest sweep: only insertions, and a death after each call in turn."""
    with lab.world() as world:

        def insertions(workspace: str) -> Batch:
            world.send(workspace, school.events(lab.rng("insertions"), lab.sweep, span=school.HOUR))
            return world.news()

        struck = at_each_call(world, insertions, {"killed after": FAULTS["killed after"]})
        return judge(world, "insertions only, death after each call in turn", faults=struck)


def again_and_again(lab: Lab) -> Verdict:
    """Larger batches, and a death at some call of almost every delivery; failed batches are cut in halves."""
    rng = lab.rng("again and again")
    with lab.world() as world:
        events = school.events(rng, lab.size, users=40, span=3 * school.DAY)
        for start in range(0, len(events), 200):
            world.send("demo", events[start : start + 200])
        process, struck = world.process(), 0
        for batch in cut(world.news(), rng, longest=120):
            deaths = [Kill(rng.randrange(12), carried_out=rng.random() < 0.5) for _ in range(rng.randint(4, 12))]
            bisecting(process, batch, deaths)
            struck += sum(death.struck for death in deaths)
        return judge(world, "deaths at random calls, again and again, batches bisected", faults=struck)


def small_batch(world: FoldWorld, workspace: str) -> Batch:
    """Stream records of a few events, one of them replaced by a racing copy, one erased."""
    rng = world.lab.rng("small batch")
    events = school.events(rng, world.lab.sweep, users=3, span=school.DAY)
    world.send(workspace, events)
    world.overwrite(workspace, school.contradicting(rng, events[1]))
    world.remove(workspace, events[2])
    return world.news()
