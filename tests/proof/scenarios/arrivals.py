"""What happens at the door: racing requests, copies, contradictions, and two tenants side by side."""

import threading
from dataclasses import replace

from tests.proof import school
from tests.proof.deliveries import cut, with_repeats
from tests.proof.gates import Meet
from tests.proof.interception import Faults
from tests.proof.sent import Identity, Sent
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

ROUNDS = 8
LONGEST = 40  # one read looks all of them up, so both requests have looked before either writes


def racing_requests(lab: Lab) -> Verdict:
    """Two requests bring the same events, most with different content; both look before either writes."""
    rng = lab.rng("racing requests")
    with lab.world() as world:
        both, problems = 0, []
        for number in range(ROUNDS):
            ours = school.events(rng, min(LONGEST, lab.size // ROUNDS), name=f"r{number}", users=6, span=school.DAY)
            theirs = [school.contradicting(rng, event) if rng.random() < 0.7 else event for event in ours]
            results = race(world, [ours, theirs])
            both += sum(a == b == "accepted" for a, b in zip(*results, strict=True))
            if {*results[0], *results[1]} != {"accepted"}:
                problems.append(f"round {number}: not both requests were accepted, so they did not race")
        records = world.news()
        replaced = sum(record["eventName"] == "MODIFY" for record in records)
        process = world.process()
        for batch in with_repeats(cut(records, rng, longest=50), rng, chance=0.4):
            process.deliver(batch)
        verdict = judge(world, f"{both} events accepted twice at once, {replaced} replaced", faults=both)
        verdict.differences += problems + ([] if replaced else ["no event was replaced: there was no race"])
        return verdict


def race(world: FoldWorld, requests: list[list[Sent]]) -> list[list[str]]:
    """Send requests at once, each reading what is stored before any writes; what is stored at last is true."""
    barrier = threading.Barrier(len(requests))
    results: list[list[str]] = [[] for _ in requests]
    sent: dict[tuple[Identity, int], Sent] = {}

    def send(number: int) -> None:
        client = world.lab.connect("dynamodb")
        with Faults(client).striking(Meet("BatchGetItem", barrier)):
            received, results[number] = world.request("demo", requests[number], client)
        for event in requests[number]:
            mine = replace(event, workspace="demo", received=received)
            sent[mine.identity, received] = mine

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    stored = world.receipts()
    world.truth |= {identity: event for (identity, received), event in sent.items() if stored[identity] == received}
    return results


def copies_and_contradictions(lab: Lab) -> Verdict:
    """Copies and contradictions within a request and across requests: the first stays, and each is told what it is."""
    rng = lab.rng("copies")
    with lab.world() as world:
        events = school.events(rng, lab.size, users=10, span=2 * school.DAY)
        sent = list(school.with_copies(rng, events, same=0.4, other=0.3))
        results: list[str] = []
        for start in range(0, len(sent), 60):
            results += world.send("demo", sent[start : start + 60])
        again = world.send("demo", list(world.truth.values()))
        world.process().deliver(world.news())
        told = {name: results.count(name) for name in ("accepted", "duplicate", "conflict")}
        verdict = judge(world, f"{told} of {len(sent)} sent", faults=told["duplicate"] + told["conflict"])
        if told["accepted"] != len(events) or set(again) != {"duplicate"} or len(world.records) != len(events):
            verdict.differences.append(f"expected {len(events)} accepted events and records, all duplicates later")
        return verdict


def two_tenants(lab: Lab) -> Verdict:
    """Two workspaces send the same events with the same ids; their records share every batch."""
    rng = lab.rng("tenants")
    with lab.world() as world:
        events = school.events(rng, lab.size // 2, users=6, span=school.DAY)
        for start in range(0, len(events), 10):
            world.send("north", events[start : start + 10])
            world.send("north-2", [replace(event, user="user-x") for event in events[start : start + 10]])
        process = world.process()
        for batch in cut(world.news(), rng, longest=70):
            process.deliver(batch)
        world.erase("north", "user-1")
        process.deliver(world.news())
        return judge(world, "two workspaces in every batch, a user of one erased")
