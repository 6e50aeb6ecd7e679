"""Things in Events that are no events: put aside once, told with their reason, and in nobody's way."""

from typing import Any

from tests.proof import school
from tests.proof.crash_points import at_each_call
from tests.proof.sent import Sent
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

POISONS: dict[str, dict[str, Any]] = {
    "no-body": {"received": {"N": "1"}},
    "not-json": {"body": {"S": "{"}, "received": {"N": "1"}},
    "not-an-event": {"body": {"S": '{"hello": "world"}'}, "received": {"N": "1"}},
    "no-receipt": {"body": {"S": '{"id":"a","type":"t","time":1,"user":null,"properties":{}}'}},
    "a-map": {"body": {"M": {"x": {"B": b"\x00\xff"}}}, "received": {"N": "1.5"}},
    "a-number-set": {"body": {"NS": ["1", "2"]}, "received": {"NULL": True}},
}
ILL_TYPED = {
    "agent-is-a-number": '{"success": true, "agent_type": 5}',
    "duration-is-text": '{"success": true, "execution_time_ms": "long"}',
    "duration-is-negative": '{"success": true, "execution_time_ms": -3}',
    "concept-is-a-list": '{"success": true, "concept": ["a"]}',
}
PARTITION = "learning.interaction#2030-01-15#0"


def among_events(lab: Lab) -> Verdict:
    """Poison between good events of the same partition; then each delivery dies at each call in turn."""
    with lab.world() as world:
        struck = at_each_call(world, lambda workspace: poisoned(world, workspace))
        return with_aside(world, judge(world, f"{len(POISONS)} unreadable items, death at each call", faults=struck))


def poisoned(world: FoldWorld, workspace: str) -> list[Any]:
    """Good, bad, good, in the order of writing."""
    rng = world.lab.rng("poison")
    first, second = (school.events(rng, 2, name=name, span=school.HOUR) for name in ("before", "after"))
    world.send(workspace, first)
    write(world, workspace, POISONS)
    world.send(workspace, second)
    return world.news()


def write(world: FoldWorld, workspace: str, poisons: dict[str, dict[str, Any]]) -> None:
    """Put items under an event's partition."""
    for name, attributes in poisons.items():
        key = {"pk": {"S": f"{workspace}#{PARTITION}"}, "sk": {"S": f"2030-01-15T11:30:00.000Z#{name}"}}
        world.write_unreadable(key | attributes)


def ill_typed_events(lab: Lab) -> Verdict:
    """Events whose properties have other types than declared: whoever wrote them, they stop nothing."""
    with lab.world() as world:
        rng = lab.rng("ill-typed")
        world.send("demo", school.events(rng, 20))
        write(world, "demo", {name: ill_typed(name, properties) for name, properties in ILL_TYPED.items()})
        world.send("demo", school.events(rng, 20, name="later"))
        world.process().deliver(world.news())
        return with_aside(world, judge(world, f"{len(ILL_TYPED)} events of other types than declared"))


def ill_typed(name: str, properties: str) -> dict[str, Any]:
    """An item that is an event but for the types of its properties."""
    body = f'{{"id":"{name}","type":"learning.interaction","time":1894707000000,"user":"u","properties":{properties}}}'
    return {"body": {"S": body}, "received": {"N": "1894708800000"}}


def replaced_and_erased(lab: Lab) -> Verdict:
    """Poison that an event replaces, an event that poison replaces, poison that goes; and a recount beside it all."""
    with lab.world() as world:
        rng, process = lab.rng("replaced"), world.process()
        events = school.events(rng, 30, users=4, span=school.HOUR)
        world.send("demo", events)
        write(world, "demo", POISONS)
        process.deliver(world.news())
        mended = Sent("no-body", "learning.interaction", 1_894_707_000_000, "user-1", {"success": True})
        for key in list(world.unreadable):
            if key.sk.endswith("#no-body"):
                world.unreadable.discard(key)
        world.overwrite("demo", mended)
        world.erase("demo", "user-2")
        process.deliver(world.news())
        return judge(world, "poison replaced by an event, and an erasure beside poison")


def with_aside(world: FoldWorld, verdict: Verdict) -> Verdict:
    """The verdict, and whether every unreadable item is in quarantine once, with reason and sequence number."""
    sequences = {
        record["dynamodb"]["SequenceNumber"].lstrip("0")
        for record in world.records
        if record["dynamodb"]["Keys"]["sk"]["S"] in {key.sk for key in world.unreadable}
    }
    aside = [item for item in world.scan("STATE_TABLE") if item["pk"]["S"].endswith("#quarantine")]
    told = sorted(item["sequence"]["S"].lstrip("0") for item in aside)
    if told != sorted(sequences):
        verdict.differences.append(f"quarantine: {len(told)} items for {len(sequences)} unreadable records")
    for item in aside:
        if item["reason"]["S"] != "unreadable_record" or not item["detail"]["S"] or not item["raw"]["S"]:
            verdict.differences.append(f"quarantine {item['sk']['S']}: no reason, detail or record")
    return verdict
