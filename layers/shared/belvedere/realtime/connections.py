"""Open WebSocket connections of a workspace. Blocking."""

from belvedere.clock import SECOND_MS
from belvedere.storage.keys import connections_partition
from belvedere.storage.table import WorkspaceTable


def active(state: WorkspaceTable, now: int) -> int:
    """How many connections are open: rows that the TTL has ended, but not yet removed, do not count."""
    rows = state.query(connections_partition(state.workspace))
    return sum(1 for row in rows if int(row["expires"]) * SECOND_MS > now)
