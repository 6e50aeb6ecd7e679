"""Strikes a delivery with every kind of fault at each of its calls in turn, each time in a workspace of its own."""

from collections.abc import Callable

from tests.proof.deliveries import Batch, until_done
from tests.proof.faults import Kill, Lose
from tests.proof.interception import Fault
from tests.worlds.fold import FoldWorld

FAULTS: dict[str, Callable[[int], Fault]] = {
    "killed before": lambda at: Kill(at, carried_out=False),
    "killed after": lambda at: Kill(at, carried_out=True),
    "an error instead of the answer": lambda at: Lose(at, silent=False),
    "no answer": lambda at: Lose(at, silent=True),
}
MOST_CALLS = 500


def at_each_call(
    world: FoldWorld, prepare: Callable[[str], Batch], faults: dict[str, Callable[[int], Fault]] | None = None
) -> int:
    """Prepare a batch, let it fail at call 0, deliver it again; then the same at call 1; how often a fault struck."""
    struck = 0
    for number, make in enumerate((faults or FAULTS).values()):
        for at in range(MOST_CALLS):
            batch, process = prepare(f"w{number}-{at}"), world.process()
            fault = make(at)
            until_done(process, batch, [fault])
            struck += bool(getattr(fault, "struck", False))
            if at >= process.faults.most_calls:
                break  # no delivery came as far as this call
    return struck
