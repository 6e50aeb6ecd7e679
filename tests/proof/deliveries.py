"""What may happen to a run of stream records on its way: cut, repeated, bisected, tried again, mixed.

The order of one partition's records is always kept, except that what was delivered may come again.
"""

import random
from collections.abc import Iterable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from tests.proof.interception import Fault, Killed
from tests.proof.process import Process
from tests.proof.stream import Record, partition_of

Batch = list[Record]
TROUBLE = (Killed, ClientError, BotoCoreError)


def until_done(process: Process, batch: Batch, faults: Iterable[Fault]) -> None:
    """Deliver a batch under one fault after the other until it succeeds; with none left, nothing goes wrong."""
    for fault in faults:
        try:
            process.deliver(batch, fault)
            return
        except TROUBLE:
            process.world.tally.failures += 1
    process.deliver(batch)


def bisecting(process: Process, batch: Batch, faults: Iterable[Fault]) -> None:
    """Deliver a batch; when that fails, its halves in order, and so on; every fault strikes one delivery."""
    pending, faults = [batch], iter(faults)
    while pending:
        part = pending.pop()
        try:
            process.deliver(part, next(faults, None))
        except TROUBLE:
            process.world.tally.failures += 1
            half = len(part) // 2
            pending += [part[half:], part[:half]] if half else [part]


def cut(records: Sequence[Record], rng: random.Random, longest: int) -> list[Batch]:
    """The records in order, in batches of random lengths."""
    batches: list[Batch] = []
    position = 0
    while position < len(records):
        length = rng.randint(1, longest)
        batches.append(list(records[position : position + length]))
        position += length
    return batches


def with_repeats(batches: Sequence[Batch], rng: random.Random, chance: float) -> list[Batch]:
    """Now and then an old batch again, or some old batches as one; whatever comes again came before."""
    out: list[Batch] = []
    for position, batch in enumerate(batches):
        out.append(batch)
        if rng.random() < chance:
            first = rng.randint(0, position)
            last = rng.randint(first, min(position, first + 3))
            out.append([record for old in batches[first : last + 1] for record in old])
    return out


def partitions_apart(records: Sequence[Record], rng: random.Random) -> list[Record]:
    """The records of all partitions mixed anew; each partition's own stay in order."""
    queues: dict[str, list[Record]] = {}
    for record in reversed(records):
        queues.setdefault(partition_of(record), []).append(record)
    mixed: list[Record] = []
    while queues:
        name = rng.choice(sorted(queues))
        mixed.append(queues[name].pop())
        if not queues[name]:
            del queues[name]
    return mixed
