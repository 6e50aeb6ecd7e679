"""What DynamoDB does not take: rows that names without end would let grow, and rows that it refuses for good."""

import random
from dataclasses import replace
from typing import Any

from belvedere.boards.registry import CATALOG
from belvedere.storage.keys import SEPARATOR
from tests.proof import school
from tests.proof.background import InBackground
from tests.proof.crash_points import MOST_CALLS, at_each_call
from tests.proof.deliveries import cut
from tests.proof.faults import Kill, NeverTaken
from tests.proof.gates import Gate
from tests.proof.interception import Fault
from tests.proof.scenarios.erasure import without_trace
from tests.proof.sent import Sent
from tests.proof.stream import partition_of
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import NOW, FoldWorld
from tests.worlds.lab import Lab

START = NOW - school.HOUR * 3  # 09:00: an entity's row goes from 08:00 to 12:00
REFUSED = "torque"


def importer(number: int, *, name: str = "i", long: bool = False, user: str = "user-1") -> list[Sent]:
    """Events of one user within two hours, each about another concept, of 36 characters or of the longest there are."""
    rng = random.Random(name)
    concepts = (f"{rng.getrandbits(128):032x}-{at:03}" for at in range(number))
    return [
        Sent(f"{name}-{at}", "learning.interaction", START + at * 100, user,
             {"success": at % 3 > 0, "agent_type": "forces", "execution_time_ms": at,
              "concept": concept + ("𝄞" * (200 - len(concept)) if long else "")})
        for at, concept in enumerate(concepts)
    ]  # fmt: skip


def names_without_end(lab: Lab) -> Verdict:
    """Thousands of names of one user in one part of a day, beside others: some names come again, some events go."""
    with lab.world() as world:
        rng, process = lab.rng("names"), world.process()
        events = importer(5 * lab.size)
        again = [replace(event, id=f"again-{event.id}", time=event.time + 1) for event in rng.sample(events, lab.size)]
        world.send("demo", school.events(rng, lab.size))
        world.send("demo", events)
        world.send("demo", again)
        for batch in cut(world.news(), rng, longest=1_000):
            process.deliver(batch)
        for event in rng.sample(events, lab.size // 4):
            world.remove("demo", event)
        process.deliver(world.news())
        world.seal("demo")
        return judge(world, f"{len(events)} names of one user within two hours, a quarter of them named again")


def at_every_call(lab: Lab) -> Verdict:
    """A batch whose rows become full strikes a fault at each of its calls in turn."""
    with lab.world() as world:

        def prepare(workspace: str) -> list[Any]:
            world.send(workspace, importer(24, name="first", long=True))
            world.process().deliver(world.news())
            world.send(workspace, importer(4, name="more", long=True))
            return world.news()

        struck = at_each_call(world, prepare)
        return judge(world, "a fault at each call while rows become full", faults=struck)


def rivals(lab: Lab) -> Verdict:
    """Two partitions of one day share rows that are full; one's fold stands before each call while the other folds."""
    with lab.world(slices=2) as world:
        stood = 0
        for at in range(MOST_CALLS):
            workspace = f"r{at}"
            world.send(workspace, importer(30, name="first", long=True))
            world.process().deliver(world.news())
            world.send(workspace, importer(10, name="more", long=True))
            records = world.news()
            halves = [[r for r in records if partition_of(r).endswith(f"#{number}")] for number in (0, 1)]
            gate = Gate(at)
            fold = InBackground(world.process(), halves[0], gate)
            fold.stands(gate)
            world.process().deliver(halves[1])
            fold.finish(gate)
            if fold.failed:
                world.process().deliver(halves[0])
            if not gate.reached_in_time:
                break
            stood += 1
        return judge(world, "partitions that share full rows, one fold standing before each call", faults=stood)


def long_names(lab: Lab) -> Verdict:
    """Sessions and hints with names as long as they may be: rows of every family that has cells are soon full."""
    with lab.world() as world:
        process = world.process()
        sessions = [
            Sent(f"m-{at}", "productivity.session", START + at * 100, "user-1",
                 {"tokens_in": 10, "tokens_out": 20, "latency_ms": 100.5, "accepted_flag": True, "accepted_lines": 3,
                  "diff_ratio": 0.5, "cost_usd": 0.01, "model": f"{at:03}" + "𝄞" * 197, "repo_slug": "octo/lens"})
            for at in range(60)
        ]  # fmt: skip
        hints = [
            Sent(f"h-{at}", "learning.hint", START + at * 100, "user-1", {"concept": f"{at:03}" + "𝄞" * 197})
            for at in range(60)
        ]
        world.send("demo", [*sessions, *hints, *importer(60, long=True)])
        process.deliver(world.news())
        for event in (*sessions[:10], *hints[:10]):
            world.remove("demo", event)
        process.deliver(world.news())
        return in_further_rows(world, judge(world, f"{len(sessions)} names of 200 characters in each family"))


def in_further_rows(world: FoldWorld, verdict: Verdict) -> Verdict:
    """The verdict, and whether each family that has cells has rows beside rows, so that none is left out here."""
    stored = [(item["pk"]["S"].split("#")[1], item["sk"]["S"]) for item in world.scan("ROLLUPS_TABLE")]
    full = {family for family, sort in stored if SEPARATOR in sort}
    with_cells = {family.name for family in CATALOG.rollup_tables.values() if family.breakdowns}
    verdict.differences += [f"{name}: no row was ever full" for name in sorted(with_cells - full)]
    return verdict


def erased(lab: Lab) -> Verdict:
    """The user of many rows is erased, comes back, and is erased again; the recount dies in between."""
    with lab.world() as world:
        process = world.process()
        for step in range(2):
            world.send("demo", importer(lab.size, name=f"s{step}", long=True))
            world.send("demo", school.events(lab.rng(f"beside {step}"), 10, name=f"b{step}", users=1))
            process.deliver(world.news())
            assert world.erase("demo", "user-1") == lab.size
            process.deliver(world.news())
            world.recount("demo")
        return without_trace(world, judge(world, "a user with rows beside rows is erased twice"), ("user-1",))


def refused_at_every_call(lab: Lab) -> Verdict:
    """The rows of one concept are never taken: its events are put aside, once, whatever call of a batch fails."""
    with lab.world() as world:
        world.refused = is_refused

        def prepare(workspace: str) -> list[Any]:
            world.send(workspace, school.events(world.lab.rng("refused"), 12, users=40, span=school.HOUR))
            return world.news()

        struck = 0
        for number, (at, dies) in enumerate((at, dies) for at in range(60) for dies in (False, True)):
            batch, process = prepare(f"n{number}"), world.process()
            try:
                process.deliver(batch, Both(NeverTaken(f"#{REFUSED}"), at, carried_out=dies))
            except BaseException:
                struck += 1
                process.deliver(batch, NeverTaken(f"#{REFUSED}"))
        return judge(world, "rows that are never taken, and death at each call", faults=struck)


def refused_replaced_and_erased(lab: Lab) -> Verdict:
    """Put aside in a batch of many chunks; then what can be counted takes their place, and the reverse; then erased."""
    with lab.world() as world:
        world.refused = is_refused
        never, process, rng = NeverTaken(f"#{REFUSED}"), world.process(), lab.rng("replaced refused")
        events = [event for event in school.events(rng, 2 * lab.size, users=80) if event.type.endswith("interaction")]
        world.send("demo", events)
        process.deliver(world.news(), never)
        bad, good = ([event for event in events if is_refused(event) is how] for how in (True, False))
        for event in bad[: len(bad) // 2]:
            world.overwrite("demo", replace(event, properties=event.properties | {"concept": "velocity"}))
        for event in good[:5]:
            world.overwrite("demo", replace(event, properties=event.properties | {"concept": REFUSED}))
            world.overwrite("demo", replace(event, properties=event.properties | {"concept": "energy"}))
            world.overwrite("demo", replace(event, properties=event.properties | {"concept": REFUSED}))
        process.deliver(world.news(), never)
        users = sorted({str(event.user) for event in bad})[:3]
        for user in users:
            known = sum(event.user == user for event in world.truth.values())
            assert world.erase("demo", user) == known, "what was put aside is found, too"
        process.deliver(world.news(), never)
        world.recount("demo")
        verdict = judge(world, "events put aside, replaced and erased", faults=never.struck)
        return told_once(world, without_trace(world, verdict, tuple(users)))


def refused_for_size(lab: Lab) -> Verdict:
    """Large transactions are refused as a whole, without a word which action it is: each part of them is taken."""
    with lab.world() as world:
        never = NeverTaken("never", most=40)
        world.send("demo", school.events(lab.rng("size"), lab.size, users=300))
        world.process().deliver(world.news(), never)
        return judge(world, "no transaction of more than 40 actions is taken", faults=never.struck)


class Both(Fault):
    """Rows that are never taken, and a death."""

    def __init__(self, never: NeverTaken, at: int, *, carried_out: bool) -> None:
        self.never, self.kill = never, Kill(at, carried_out)

    def before(self, call: Any) -> Any:
        """Die first."""
        self.kill.before(call)
        return self.never.before(call)

    def after(self, call: Any, http: Any, parsed: dict[str, Any]) -> None:
        """Die after."""
        self.kill.after(call, http, parsed)


def is_refused(event: Any) -> bool:
    """Is this an event whose row is never taken?"""
    return bool(event.type == "learning.interaction" and event.properties.get("concept") == REFUSED)


def told_once(world: FoldWorld, verdict: Verdict) -> Verdict:
    """The verdict, and whether the quarantine tells of each refusal with reason, detail and event."""
    aside = [item for item in world.scan("STATE_TABLE") if item["pk"]["S"].endswith("#quarantine")]
    for item in aside:
        if item["reason"]["S"] != "refused_by_database" or "Item size" not in item["detail"]["S"]:
            verdict.differences.append(f"quarantine {item['sk']['S']}: {item['reason']['S']}, {item['detail']['S']}")
    if not aside:
        verdict.differences.append("quarantine: nothing was told")
    return verdict
