"""Several folds at work on the same records at once: racing, standing still for long, coming back from the dead."""

import threading
from collections.abc import Callable

from tests.proof import school
from tests.proof.background import InBackground
from tests.proof.deliveries import Batch, cut
from tests.proof.gates import Gate, Meet, StandThenDie
from tests.proof.scenarios.redelivery import fill
from tests.proof.sent import Sent
from tests.proof.stream import partition_of
from tests.proof.verdict import Verdict, judge
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab

RIVALS = 3
MOST_CALLS = 500


def racing(lab: Lab) -> Verdict:
    """Three folds start every batch together: none goes on before all have read the checkpoint."""
    rng = lab.rng("racing")
    with lab.world() as world:
        fill(lab, world, rng_name="racing")
        batches = cut(world.news(), rng, longest=60)
        processes = [world.process() for _ in range(RIVALS)]
        for batch in batches:
            barrier = threading.Barrier(RIVALS)
            folds = [InBackground(process, batch, Meet("GetItem", barrier)) for process in processes]
            for fold in folds:
                fold.finish()
            if any(fold.failed for fold in folds):
                processes[0].deliver(batch)
        return judge(world, f"{RIVALS} folds at once on each of {len(batches)} batches", faults=len(batches))


def overtaken(lab: Lab) -> Verdict:
    """A fold stands still before each of its calls in turn, while another folds the same batch and the next."""
    with lab.world() as world:
        stood = stand_at_each_call(world, lambda workspace, batch: fold_meanwhile(world, workspace, batch))
        return judge(world, "a fold stands before each call while another folds everything and more", faults=stood)


def zombie(lab: Lab) -> Verdict:
    """As before, and meanwhile a user is erased and distinct rows are recounted; then the fold wakes up."""
    with lab.world() as world:
        stood = stand_at_each_call(world, lambda workspace, batch: _erase_meanwhile(world, workspace, batch))
        return judge(world, "a fold wakes up after erasure and recount, at each call", faults=stood)


def dying_zombie(lab: Lab) -> Verdict:
    """As before, and the fold dies for good some calls after it woke up; nobody delivers its batch again."""
    with lab.world() as world:
        stood = 0
        for left in (1, 2, 4):
            stood += stand_at_each_call(
                world,
                lambda workspace, batch: _erase_meanwhile(world, workspace, batch),
                lambda at, left=left: StandThenDie(at, calls_left=left),  # type: ignore[misc]
                prefix=f"z{left}",
                crowd=34 if left == 4 else 0,  # so many that some distinct rows have no place in the transaction
            )
        return judge(world, "a fold wakes up after erasure and recount, and dies at each later call", faults=stood)


def sharing_rows(lab: Lab) -> Verdict:
    """Two partitions of one day share their rows; one's fold stands before each call while the other's is folded."""
    with lab.world(slices=2) as world:
        stood = 0
        for at in range(MOST_CALLS):
            workspace = f"s{at}"
            world.send(workspace, school.events(lab.rng("sharing"), 12, users=40, span=school.HOUR))
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
        return judge(world, "partitions that share rows, one fold standing before each call", faults=stood)


def stand_at_each_call(
    world: FoldWorld, meanwhile: Callable[[str, Batch], None], make: Callable[[int], Gate] = Gate, *, prefix: str = "g",
    crowd: int = 0,
) -> int:  # fmt: skip
    """A fold of few events, or of a crowd, stands before call 0 while something happens; then at call 1, ..."""
    stood = 0
    for at in range(MOST_CALLS):
        workspace = f"{prefix}-{at}"
        world.send(workspace, a_batch(world.lab, crowd))
        batch, gate = world.news(), make(at)
        fold = InBackground(world.process(), batch, gate)
        fold.stands(gate)
        meanwhile(workspace, batch)
        fold.finish(gate)
        if not gate.reached_in_time:
            break
        stood += 1
    return stood


def a_batch(lab: Lab, crowd: int) -> list[Sent]:
    """A few events, the same each time; or a crowd of them on one day."""
    rng = lab.rng("rivals")
    return school.of_one_day(rng, crowd, users=3) if crowd else school.events(rng, lab.sweep, users=3, span=school.HOUR)


def fold_meanwhile(world: FoldWorld, workspace: str, batch: Batch) -> None:
    """Another fold takes the batch and what comes next."""
    other = world.process()
    other.deliver(batch)
    lab = world.lab
    world.send(workspace, school.events(lab.rng("next"), lab.sweep, name="next", users=4, span=school.HOUR))
    other.deliver(world.news())


def _erase_meanwhile(world: FoldWorld, workspace: str, batch: Batch) -> None:
    other = world.process()
    other.deliver(batch)
    for user in ("user-0", "user-1"):
        world.erase(workspace, user)
    other.deliver(world.news())
    world.recount(workspace)
