"""Tables that are throttled, transactions that conflict, batches answered in part: for a moment, or for good."""

import random
from collections.abc import Callable

from tests.proof import school
from tests.proof.crash_points import at_each_call
from tests.proof.deliveries import cut, until_done
from tests.proof.faults import Refuse, Unsteady
from tests.proof.interception import Fault
from tests.proof.scenarios.crashes import small_batch
from tests.proof.verdict import Verdict, judge
from tests.worlds.lab import Lab

THROTTLED = "ProvisionedThroughputExceededException"
CONFLICT = "TransactionCanceledException"
REFUSALS: dict[str, Callable[[int], Fault]] = {
    "one call throttled": lambda at: Refuse(at, THROTTLED),
    "throttled for good": lambda at: Refuse(at, THROTTLED, until=10**6),
    "one transaction conflicting": lambda at: Refuse(at, CONFLICT, only="TransactWriteItems"),
    "transactions conflicting for good": lambda at: Refuse(at, CONFLICT, until=10**6, only="TransactWriteItems"),
}


def at_every_call(lab: Lab) -> Verdict:
    """Each refusal from each call on, once or until the fold gives up; then the batch comes again."""
    with lab.world() as world:
        struck = at_each_call(world, lambda workspace: small_batch(world, workspace), REFUSALS)
        return judge(world, f"{', '.join(REFUSALS)}, from each call on", faults=struck)


def most_of_the_time(lab: Lab) -> Verdict:
    """A third of all calls refused, answered in part, or carried out with the answer lost."""
    rng = lab.rng("most of the time")
    with lab.world() as world:
        world.send("demo", school.events(rng, lab.size, users=30, span=2 * school.DAY))
        struck, process = 0, world.process()
        for batch in cut(world.news(), rng, longest=80):
            troubles = [Unsteady(random.Random(rng.random()), rate=0.1) for _ in range(12)]
            until_done(process, batch, troubles)
            struck += sum(trouble.struck for trouble in troubles)
        return judge(world, "a tenth of all calls throttled, conflicting, lost or answered in part", faults=struck)
