"""Batches come cut, repeated, bisected, merged, late, and partitions in any order."""

from tests.proof import school
from tests.proof.deliveries import bisecting, cut, partitions_apart, with_repeats
from tests.proof.faults import Kill
from tests.proof.sent import Sent
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def repeated_cut_and_merged(lab: Lab) -> Verdict:
    """Events with copies and contradictions; their records come in random cuts, old ones again and again."""
    rng = lab.rng("repeated")
    with lab.world() as world:
        fill(lab, world, rng_name="repeated")
        batches = with_repeats(cut(world.news(), rng, longest=60), rng, chance=0.5)
        process = world.process()
        for batch in batches:
            process.deliver(batch)
        process.deliver(world.records[:100])
        process.deliver(world.records)
        return judge(world, f"{len(batches)} cuts, old ones again and merged, then everything again")


def overlapping_in_one_batch(lab: Lab) -> Verdict:
    """A batch that holds the same records more than once."""
    rng = lab.rng("overlapping")
    with lab.world() as world:
        fill(lab, world, rng_name="overlapping")
        records = world.news()
        process = world.process()
        for part in cut(records, rng, longest=90):
            process.deliver(part + part[len(part) // 2 :] + part)
        return judge(world, "batches that hold records up to three times")


def bisected(lab: Lab) -> Verdict:
    """Batches fail and come as halves, the second half after the first, down to single records."""
    rng = lab.rng("bisected")
    with lab.world() as world:
        fill(lab, world, rng_name="bisected")
        records = world.news()
        deaths = [Kill(rng.randrange(20), carried_out=rng.random() < 0.5) for _ in range(30)]
        bisecting(world.process(), records, deaths)
        struck = sum(death.struck for death in deaths)
        return judge(world, "one delivery of everything, failing and bisected", faults=struck)


def partitions_in_any_order(lab: Lab) -> Verdict:
    """Partitions overtake each other by days; within a partition the order of writing is kept, which is guaranteed."""
    rng = lab.rng("any order")
    with lab.world() as world:
        fill(lab, world, rng_name="any order")
        mixed = partitions_apart(world.news(), rng)
        processes = [world.process() for _ in range(3)]
        for batch in with_repeats(cut(mixed, rng, longest=50), rng, chance=0.3):
            rng.choice(processes).deliver(batch)
        return judge(world, "partitions mixed at random, three folds taking turns")


def fill(lab: Lab, world: FoldWorld, *, rng_name: str) -> None:
    """Send events of four days, with copies and contradictions within and across requests."""
    rng = lab.rng(f"fill {rng_name}")
    events = school.events(rng, lab.size, users=30, span=4 * school.DAY)
    sent = list(school.with_copies(rng, events, same=0.2, other=0.1))
    for part in cut_evenly(sent, 150):
        world.send("demo", part)


def cut_evenly(events: list[Sent], length: int) -> list[list[Sent]]:
    """Requests of one length."""
    return [events[start : start + length] for start in range(0, len(events), length)]
