"""Compares every row there is, in both directions, with two recounts of the raw events, looks for leftovers, and holds
the log of changes against what the stream had to tell."""

from dataclasses import dataclass, field

from belvedere.storage.attributes import decode_item
from tests.proof import naive
from tests.proof.differences import (
    aside_differences,
    checkpoint_differences,
    every,
    leftovers,
    naive_differences,
    raw_differences,
    recount_differences,
)
from tests.proof.joined import joined, overflow_differences
from tests.proof.logged import log_differences
from tests.proof.sealed import page_differences
from tests.worlds.fold import FoldWorld

SHOWN = 5


@dataclass
class Verdict:
    """What an experiment came to: true when there is no difference."""

    injected: str
    faults: int = 0
    deliveries: int = 0
    failures: int = 0
    transactions: int = 0
    events: int = 0
    rows: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def true(self) -> bool:
        """Does every row say what the events say?"""
        return not self.differences

    def shown(self) -> str:
        """The first differences."""
        more = len(self.differences) - SHOWN
        return "\n".join([*self.differences[:SHOWN], *([f"... and {more} more"] if more > 0 else [])])


def judge(world: FoldWorld, injected: str, *, faults: int = 0) -> Verdict:
    """Compare the whole Rollups table with the truth, after a recount has settled it."""
    world.settle()
    stored = {(item["pk"]["S"], item["sk"]["S"]): decode_item(item) for item in every(world, "ROLLUPS_TABLE")}
    pages = {key: item for key, item in stored.items() if "page" in item}
    rows = {key: item for key, item in stored.items() if key not in pages}
    items = joined(rows)
    expected = naive.count(world.counted(), world.truth)
    differences = [
        *raw_differences(world),
        *overflow_differences(rows),
        *aside_differences(world),
        *naive_differences(items, expected),
        *recount_differences(world, items),
        *leftovers(world, items, expected),
        *checkpoint_differences(world),
        *page_differences(pages, items),
        *log_differences(world),
    ]
    tally = world.tally
    number = len(items.keys() | expected.counters.keys() | expected.values.keys() | expected.members.keys())
    return Verdict(
        injected, faults, tally.deliveries, tally.failures, tally.transactions,
        len(world.everything()), number, differences,
    )  # fmt: skip
