"""Old events: months at once, and raw events at the end of their life."""

from tests.proof import school
from tests.proof.deliveries import bisecting
from tests.proof.faults import Kill
from tests.proof.stream import expired
from tests.proof.verdict import Verdict, judge
from tests.worlds.lab import Lab

MONTHS_15 = 450
BATCH = 1_000


def fifteen_months_at_once(lab: Lab) -> Verdict:
    """One batch of records over 450 days, delivered while the fold dies a few times."""
    rng = lab.rng("backfill")
    with lab.world() as world:
        events = school.events(rng, min(BATCH, lab.size), users=50, span=MONTHS_15 * school.DAY)
        world.send("demo", events)
        process, records = world.process(), world.news()
        deaths = [Kill(rng.randrange(len(events) // 2), carried_out=bool(n % 2)) for n in range(6)]
        bisecting(process, records, deaths)
        process.deliver(records)
        struck = sum(death.struck for death in deaths)
        return judge(world, f"{len(records)} records over {MONTHS_15} days in one batch", faults=struck)


def expiries(lab: Lab) -> Verdict:
    """Half of the raw events reach the end of their life: the table removes them, and every count stays."""
    rng = lab.rng("expiries")
    with lab.world() as world:
        events = school.events(rng, lab.size // 2, users=8, span=3 * school.DAY)
        world.send("demo", events)
        process = world.process()
        process.deliver(world.news())
        for event in rng.sample(events, len(events) // 2):
            world.remove("demo", event, erased=False)
        removals = [expired(record) for record in world.news(told=False)]
        later = school.events(rng, 10, name="later", users=8, span=school.DAY)
        world.send("demo", later)
        process.deliver(removals + world.news())
        return judge(world, f"{len(removals)} raw events expired, {len(later)} came after", faults=len(removals))
