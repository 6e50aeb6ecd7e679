"""Workspaces whose zone is off the hour: hours are counted by the quarter, through faults, erasures and other zones."""

from tests.proof import school, team
from tests.proof.crash_points import FAULTS, at_each_call
from tests.proof.deliveries import Batch, cut
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

ZONES = ("Asia/Kolkata", "Europe/Berlin", "Asia/Kathmandu", "UTC", "Australia/Lord_Howe")


def set_in_between(lab: Lab) -> Verdict:
    """The zone changes between deliveries, while events of all zones are corrected, erased, recounted and sealed."""
    rng = lab.rng("zones")
    with lab.world() as world:
        process = world.process()
        for step, zone in enumerate(ZONES):
            events = school.events(rng, lab.size // 20, name=f"s{step}", users=6, span=2 * school.DAY)
            events += team.events(rng, lab.size // 40, name=f"t{step}", span=2 * school.DAY)
            world.send("demo", events)
            waiting = world.news()
            world.set_zone(zone)  # what was received before is folded after
            world.send("demo", school.events(rng, lab.size // 20, name=f"z{step}", users=6, span=2 * school.DAY))
            for batch in cut([*waiting, *world.news()], rng, longest=100):
                process.deliver(batch)
            world.seal("demo")
            learning = sorted(one for one in world.truth if one[1] == "learning.interaction")
            for identity in rng.sample(learning, 6):
                world.overwrite("demo", school.contradicting(rng, world.truth[identity]))
            world.erase("demo", f"user-{step}")
            process.deliver(world.news())
            world.recount("demo")
        world.seal("demo")
        verdict = judge(world, "zones set between deliveries, corrections, erasures and sealings", faults=len(ZONES))
        return really_by_quarters(world, verdict)


def at_every_call(lab: Lab) -> Verdict:
    """A batch of a workspace in Nepal, with each kind of fault at each call in turn."""
    with lab.world() as world:
        world.set_zone("Asia/Kathmandu")
        struck = at_each_call(world, lambda workspace: small(world, workspace))
        return judge(world, f"{', '.join(FAULTS)}, at each call of a batch by quarters", faults=struck)


def small(world: FoldWorld, workspace: str) -> Batch:
    """Records of some events, one replaced by a racing copy, one erased."""
    rng = world.lab.rng("small")
    events = school.of_one_day(rng, world.lab.sweep, name="small")
    world.send(workspace, events)
    world.overwrite(workspace, school.contradicting(rng, events[1]))
    world.remove(workspace, events[2])
    return world.news()


def really_by_quarters(world: FoldWorld, verdict: Verdict) -> Verdict:
    """The verdict, and whether any quarter was counted at all."""
    if not any("@" in name for item in world.scan("ROLLUPS_TABLE") for name in item):
        verdict.differences.append("no row has a quarter: there was nothing to prove")
    return verdict
