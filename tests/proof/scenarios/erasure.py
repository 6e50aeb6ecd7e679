"""A user is erased: totals, distinct rows, entity rows and listings forget the user, whatever happens meanwhile."""

import re
import threading
from collections.abc import Iterator

from tests.proof import school
from tests.proof.crash_points import MOST_CALLS
from tests.proof.deliveries import TROUBLE, cut
from tests.proof.faults import Kill
from tests.proof.gates import Gate
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

USER = "user-1"


def of_some_users(lab: Lab) -> Verdict:
    """Users of many days are erased, some twice; more of their events come before and after the recount."""
    rng = lab.rng("erasure")
    with lab.world() as world:
        process = world.process()
        for step in range(4):
            events = school.events(rng, lab.size // 4, name=f"s{step}", users=8, span=5 * school.DAY)
            world.send("demo", events)
            for batch in cut(world.news(), rng, longest=200):
                process.deliver(batch)
            user = f"user-{rng.randrange(4)}"
            known = sum(event.user == user for event in world.truth.values())
            assert world.erase("demo", user) == known, "every folded event of the user is found"
            if step % 2:
                world.recount("demo")
            process.deliver(world.news())
            world.recount("demo")
        verdict = judge(world, "users erased between and before recounts, their late events counted", faults=4)
        return without_trace(world, verdict)


def while_events_arrive(lab: Lab) -> Verdict:
    """The recount stands before each of its calls in turn while more events of the erased user are folded."""
    with lab.world() as world:
        stood = 0
        for at in calls_of_notes():
            workspace, gate = f"r{at}", Gate(at)
            prepared(world, workspace)
            recount = threading.Thread(target=world.recount, args=(workspace, gate), daemon=True)
            recount.start()
            while not gate.reached.wait(0.002) and recount.is_alive():
                pass
            reached = gate.reached.is_set()
            late = school.events(lab.rng("late"), lab.sweep, name="late", users=2, span=school.HOUR)
            world.send(workspace, late)
            world.process().deliver(world.news())
            gate.opened.set()
            recount.join(300)
            if not reached:
                break
            stood += 1
        return judge(world, "a recount stands before each call while the user comes back", faults=stood)


def recount_dies(lab: Lab) -> Verdict:
    """The recount dies before and after each of its calls in turn, and is started again."""
    with lab.world() as world:
        deaths = 0
        for carried_out in (False, True):
            for at in calls_of_notes():
                workspace, death = f"d{int(carried_out)}-{at}", Kill(at, carried_out)
                prepared(world, workspace)
                try:
                    world.recount(workspace, death)
                    break
                except TROUBLE:
                    world.tally.failures += 1
                    deaths += 1
        return judge(world, "the recount dies at each call in turn", faults=deaths)


def erasing_dies(lab: Lab) -> Verdict:
    """Erasing dies at each of its calls in turn and is asked for again."""
    with lab.world() as world:
        deaths, process = 0, world.process()
        for carried_out in (False, True):
            for at in range(MOST_CALLS):
                workspace, death = f"e{int(carried_out)}-{at}", Kill(at, carried_out)
                world.send(workspace, school.events(lab.rng("erasing"), 4 * lab.sweep, users=3, span=school.DAY))
                process.deliver(world.news())
                world.erase(workspace, USER, death)
                process.deliver(world.news())
                world.erase(workspace, USER)
                process.deliver(world.news())
                if not death.struck:
                    break
                deaths += 1
        return without_trace(world, judge(world, "erasing dies at each call in turn", faults=deaths), (USER,))


def calls_of_notes() -> Iterator[int]:
    """Every call of the first notes; later ones go the same way, so there every seventh call, at another step each."""
    yield from range(15)
    yield from range(15, MOST_CALLS, 7)


def prepared(world: FoldWorld, workspace: str) -> None:
    """A workspace whose user was erased, and whose recount has not run."""
    process = world.process()
    world.send(workspace, school.events(world.lab.rng("prepared"), world.lab.sweep + 1, users=2, span=school.HOUR))
    process.deliver(world.news())
    world.erase(workspace, USER)
    process.deliver(world.news())


def without_trace(world: FoldWorld, verdict: Verdict, users: tuple[str, ...] = ()) -> Verdict:
    """The verdict, and whether users without events are in no key of Rollups or State any more."""
    present = {f"{event.workspace}/{event.user}" for event in world.everything()}
    for name in ("ROLLUPS_TABLE", "STATE_TABLE"):
        for item in world.scan(name, ConsistentRead=True):
            workspace, *parts = (item["pk"]["S"] + "#" + item["sk"]["S"]).split("#")
            gone = [part for part in parts if re.fullmatch(r"user-\d+", part) and f"{workspace}/{part}" not in present]
            if gone:
                verdict.differences.append(f"{name} {item['pk']['S']} {item['sk']['S']}: {gone[0]} was erased")
    for user in users:
        if any(event.user == user for event in world.everything()):
            verdict.differences.append(f"{user} still has events")
    return verdict
