"""The revision of a day: a number that moves whenever any rollup row of that day's event type does.

It is the revision of the day row of the event type's one family without dimensions, in which every event of the type
counts; the fold moves it even when an event's replacement leaves that row's numbers as they were.
"""

from collections.abc import Sequence

from belvedere.rollups.rows import COUNTERS
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.attributes import encode
from belvedere.storage.keys import AFTER, Key
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.table import WorkspaceTable


def day_family(event_type: str, rollup_tables: Sequence[RollupTable]) -> RollupTable:
    """The family whose day rows carry the revisions of an event type. Raises LookupError when there is none."""
    for family in rollup_tables:
        if family.event_type == event_type and not family.dimensions and family.entity is None and not family.stored:
            return family
    raise LookupError(f"{event_type} has no family without dimensions")


def day_partition(workspace: str, event_type: str, rollup_tables: Sequence[RollupTable]) -> str:
    """The partition of those day rows. Raises LookupError when there is none."""
    return rollup_partition(workspace, day_family(event_type, rollup_tables).name, Grain.DAY, COUNTERS)


def is_day_row(key: Key) -> bool:
    """Is this the row that carries its day's revision?"""
    parts = key.pk.split("#")
    return parts[2:] == [Grain.DAY.value, COUNTERS] and "#" not in key.sk


REWRITTEN = 1_000_000  # by so much a revision moves where rows were not added to: counts may have gone down


def revisions(
    table: WorkspaceTable, partition: str, first: str, last: str, *, consistent: bool = False
) -> dict[str, int]:
    """The revision of each day from `first` to `last` (inclusive) that has rows."""
    rows = table.query(partition, first, last + AFTER, consistent=consistent)
    return {str(row["sk"]): int(row["rev"]) for row in rows}


def only_added_to(before: int, now: int) -> bool:
    """Have folds added to a day between two of its revisions, and nobody rewritten any of its rows?"""
    return before // REWRITTEN == now // REWRITTEN


def bump(table: WorkspaceTable, partition: str, day: str, by: int = REWRITTEN) -> None:
    """Move a day's revision by hand: after a row of the day was rewritten outside the fold."""
    table.client.update_item(
        TableName=table.name,
        Key=table.key(Key(partition, day)),
        UpdateExpression="ADD rev :by",
        ExpressionAttributeValues={":by": encode(by)},
    )
