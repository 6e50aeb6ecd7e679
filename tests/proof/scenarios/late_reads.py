"""Reads that need not be consistent may see the past: DynamoDB promises no more, though the emulator does better."""

from tests.proof import school
from tests.proof.faults import Behind
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def reads_from_the_past(lab: Lab) -> Verdict:
    """Every fold's inconsistent reads show the rollups as they were some steps ago, with erased users still in them."""
    rng = lab.rng("late reads")
    with lab.world() as world:
        process, past = world.process(), [rollups(world)]
        for step in range(12):
            world.send("demo", school.events(rng, lab.sweep * 3, name=f"s{step}", users=5, span=school.HOUR))
            if step % 3 == 1:
                world.erase("demo", f"user-{rng.randrange(5)}")
            process.deliver(world.news(), Behind(rng.choice(past)))
            if step % 2:
                world.recount("demo")
            past.append(rollups(world))
        return judge(world, "inconsistent reads answered from the past", faults=12)


def rollups(world: FoldWorld) -> dict[tuple[str, str], dict[str, object]]:
    """The whole Rollups table as it is now."""
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in world.scan("ROLLUPS_TABLE", ConsistentRead=True)}
