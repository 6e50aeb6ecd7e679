"""Batches that take several transactions: rows of entities, of minutes and of the board, one after the other."""

from tests.proof import school
from tests.proof.background import InBackground
from tests.proof.crash_points import FAULTS, at_each_call
from tests.proof.deliveries import Batch
from tests.proof.gates import Gate
from tests.proof.scenarios.rivals import MOST_CALLS, fold_meanwhile, stand_at_each_call
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

EVENTS = 18


def dying_between(lab: Lab) -> Verdict:
    """A batch that needs several transactions, with each kind of fault at each call in turn."""
    with lab.world() as world:
        struck = at_each_call(world, lambda workspace: wide(world, workspace))
        verdict = judge(world, f"{', '.join(FAULTS)}, at each call of a batch in several transactions", faults=struck)
        return really_apart(world, verdict)


def overtaken_between(lab: Lab) -> Verdict:
    """A fold stands between its transactions while another folds the same batch and the next."""
    with lab.world() as world:
        stood = stand_at_each_call(world, lambda *rest: fold_meanwhile(world, *rest), crowd=EVENTS)
        return judge(world, "a fold stands between its lanes while another folds everything and more", faults=stood)


def sealed_between(lab: Lab) -> Verdict:
    """The days are sealed while a fold stands before each of its calls: no page that is used may lack anything."""
    with lab.world() as world:
        stood = 0
        for at in range(MOST_CALLS):
            workspace, gate = f"p{at}", Gate(at)
            world.send(workspace, school.of_one_day(lab.rng("sealed"), EVENTS))
            world.process().deliver(world.news())
            world.seal(workspace)
            world.send(workspace, school.of_one_day(lab.rng("more"), EVENTS, name="more"))
            fold = InBackground(world.process(), world.news(), gate)
            fold.stands(gate)
            world.seal(workspace)
            fold.finish(gate)
            if not gate.reached_in_time:
                break
            stood += 1
        return judge(world, "days sealed while a fold stands before each call", faults=stood)


def wide(world: FoldWorld, workspace: str) -> Batch:
    """Records of events of several users and hours, one replaced by a racing copy, one erased: several transactions."""
    rng = world.lab.rng("wide")
    events = school.of_one_day(rng, EVENTS, name="wide")
    world.send(workspace, events)
    world.overwrite(workspace, school.contradicting(rng, events[1]))
    world.remove(workspace, events[2])
    return world.news()


def really_apart(world: FoldWorld, verdict: Verdict) -> Verdict:
    """The verdict, and whether such a batch takes several transactions at all."""
    if world.process().deliver(wide(world, "apart")).transactions < 2:
        verdict.differences.append("the batch fits one transaction: there was nothing between its lanes")
    return verdict
