"""The productivity board's families under the same sabotage: several types of event, completed at the door, counted by
people in rows and in cells, with more than one distinct field."""

from tests.proof import team
from tests.proof.crash_points import FAULTS, at_each_call
from tests.proof.deliveries import Batch, bisecting, cut, with_repeats
from tests.proof.faults import Kill
from tests.proof.scenarios.erasure import without_trace
from tests.proof.school import DAY
from tests.proof.stream import expired
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def at_every_call(lab: Lab) -> Verdict:
    """A small batch of events of all types, one replaced, one erased, with each kind of fault at each call in turn."""
    with lab.world() as world:
        struck = at_each_call(world, lambda workspace: small_batch(world, workspace))
        return judge(world, f"{', '.join(FAULTS)}, at each call in turn", faults=struck)


def through_everything(lab: Lab) -> Verdict:
    """Copies, contradictions, deaths, repeats, sealed days, erased developers, and raw events that expire."""
    rng = lab.rng("team")
    with lab.world() as world:
        process, struck = world.process(), 0
        for step in range(3):
            made = team.events(rng, lab.size // 3, name=f"s{step}", users=8, span=3 * DAY)
            for sent in cut(list(team.with_copies(rng, made, same=0.2, other=0.1)), rng, longest=120):  # type: ignore[arg-type]
                world.send("demo", sent)  # type: ignore[arg-type]
            batches = with_repeats(cut(world.news(), rng, longest=80), rng, chance=0.3)
            for batch in batches:
                deaths = [Kill(rng.randrange(12), carried_out=rng.random() < 0.5) for _ in range(2)]
                bisecting(process, batch, deaths)
                struck += sum(death.struck for death in deaths)
            world.seal("demo")
            user = f"user-{step}"
            known = sum(event.user == user for event in world.truth.values())
            assert world.erase("demo", user) == known > 0, "every folded event of the developer is found"
            process.deliver(world.news())
            world.recount("demo")
        world.seal("demo")
        expire_some(world, rng.sample(sorted(world.truth), 10))
        injected = "copies, deaths, repeats, days sealed between, developers erased, raw events expired"
        return without_trace(world, judge(world, injected, faults=struck))


def expire_some(world: FoldWorld, identities: list[tuple[str, str, int, str]]) -> None:
    """Let the table remove some raw events by their age, which changes only what counts stored ones."""
    for identity in identities:
        world.remove("demo", world.truth[identity], erased=False)
    removals = [expired(record) for record in world.news(told=False)]
    world.records += removals
    world.process().deliver(removals)


def small_batch(world: FoldWorld, workspace: str) -> Batch:
    """Stream records of a few events, one of them replaced by a racing copy, one erased."""
    rng = world.lab.rng("small team")
    events = team.events(rng, world.lab.sweep, users=3, span=DAY)
    world.send(workspace, events)
    world.overwrite(workspace, team.contradicting(rng, events[1]))
    world.remove(workspace, events[2])
    return world.news()
