"""Does the log tell of every change that was folded, once, under numbers without gaps?"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from belvedere.realtime.changelog.log import unpack
from belvedere.rollups.changes import is_expiry, to_change
from tests.proof.stream import partition_of, sequence_of
from tests.worlds.fold import FoldWorld

Told = dict[str, Counter[tuple[str, ...]]]  # by workspace: what was told, and how often


def log_differences(world: FoldWorld) -> Iterator[str]:
    """What the log says beside what the stream had to tell."""
    told, expected = _told(world), _expected(world)
    for workspace in sorted(told.keys() | expected.keys()):
        numbers = sorted(seq for name, seq in _numbers(world) if name == workspace)
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"the log of {workspace} is numbered {numbers}"
        for what in (told[workspace] - expected[workspace]) + (expected[workspace] - told[workspace]):
            times = told[workspace][what], expected[workspace][what]
            yield f"the log of {workspace} tells {times[0]} times of {what}, not {times[1]}"


def _entries(world: FoldWorld) -> Iterator[tuple[str, int, bytes]]:
    for item in world.scan("STATE_TABLE", ConsistentRead=True):
        workspace, _, kind = item["pk"]["S"].partition("#")
        if kind == "changes" and item["sk"]["S"] != "head":
            yield workspace, int(item["sk"]["S"]), bytes(item["body"]["B"])


def _numbers(world: FoldWorld) -> Iterator[tuple[str, int]]:
    yield from ((workspace, seq) for workspace, seq, _ in _entries(world))


def _told(world: FoldWorld) -> Told:
    told: Told = defaultdict(Counter)
    for workspace, _, body in _entries(world):
        for event in unpack(body)["events"]:
            how = "removed" if "removed" in event else "revised" if "revised" in event else "new"
            told[workspace][how, event["type"], event.get("id", "")] += 1
    return told


def _expected(world: FoldWorld) -> Told:
    """Every record of the stream once, but those that cannot be understood and those of the table's own TTL."""
    expected: Told = defaultdict(Counter)
    for record in {(partition_of(one), sequence_of(one)): one for one in world.records if not is_expiry(one)}.values():
        change = to_change(record)
        before = change.before if change.before and not world.refused(change.before) else None
        if change.after and world.refused(change.after):
            continue
        if change.after:
            how = "revised" if before else "new"
            expected[change.workspace][how, change.after.type, change.after.id] += 1
        elif before:
            expected[change.workspace]["removed", before.type, ""] += 1
    return expected
