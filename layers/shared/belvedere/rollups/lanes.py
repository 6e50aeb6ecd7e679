"""Lanes: groups of rollup rows that are folded one after the other, each with its own place in the checkpoint.

A batch touches few of the board's rows of days, about one row an event of its entities, and, where it is of old data,
as many rows of hours; and a transaction takes 100. In one lane they would cut a batch into many transactions, and each
would write the board's rows again. What is many is spread over several lanes, so that the rows of one are few enough
for one transaction, and each is written once.

The order matters. A day's pages are checked against the day's revision, which moves with the board's rows of days; so
no other row may change after it. Entities are first: whom a total counts has a row by which an erasure finds the
events.
"""

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from belvedere.schema.rollup_tables import Grain, RollupTable

SHARES = 8  # of what is many; the names tell how many there are: see `checkpoint.read`
ENTITIES = tuple(f"entities{number}of{SHARES}" for number in range(SHARES))
HOURS = tuple(f"hours{number}of{SHARES}" for number in range(SHARES))
MINUTES = "minutes"
BOARD = "board"
LANES = (*ENTITIES, *HOURS, MINUTES, BOARD)  # as they are folded
LAST = LANES[-1]  # also puts aside what is no event
ALL = "sequence"  # how far all lanes are, in a checkpoint; there is one for each only while they are apart


@dataclass(frozen=True)
class Checkpoint:
    """The sequence number of the last folded change by lane, in their order; "" for none."""

    positions: tuple[str, ...] = ("",) * len(LANES)

    def of(self, lane: str) -> str:
        """How far a lane is."""
        return self.positions[LANES.index(lane)]

    def on(self, lane: str, to: str) -> "Checkpoint":
        """The checkpoint once a lane has come to `to`."""
        number = LANES.index(lane)
        return Checkpoint((*self.positions[:number], to, *self.positions[number + 1 :]))

    def stored(self) -> dict[str, str]:
        """Its attributes: one while all lanes are together, as between two batches; else one a lane that has begun."""
        if len(set(self.positions)) == 1:
            return {ALL: self.positions[0]}
        return {lane: at for lane, at in zip(LANES, self.positions, strict=True) if at}


START = Checkpoint()


def lane_of(family: RollupTable, grain: Grain, dims: tuple[str, ...], entity: str | None, bucket: str) -> str:
    """Where a row is folded: a function of the row alone."""
    if family.entity or family.scattered:
        return ENTITIES[_share(entity or "", *dims)]
    if grain is Grain.HOUR:
        return HOURS[_share(bucket, *dims)]
    return MINUTES if grain is Grain.MINUTE else BOARD


@lru_cache(maxsize=8192)
def _share(*parts: str) -> int:
    return crc32("#".join(parts).encode()) % SHARES
