"""Adds up usage in the process, and writes it to State at the end of a request, at most every few seconds.

The first request of a process is written at once, the next ones when `USAGE_FLUSH_S` have passed: one write unit for
each workspace, day and route that has something to write, which is counted too. So a request costs at most one write
unit more, and n requests within the interval share it. What may be lost: what a process has counted since its last
write when it is stopped before another request, and a write that fails or takes longer than PATIENCE_S, which is logged
and counted, never repeated. So usage may be told too low by that, and is not told too high.
"""

import asyncio
import functools
import time
from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock

from aws_lambda_powertools.metrics import MetricUnit

from belvedere import cost
from belvedere.clock import DAY_MS, SECOND_MS, iso, now_ms
from belvedere.observability import emit, logger
from belvedere.settings import settings
from belvedere.storage.attributes import encode
from belvedere.storage.keys.state import usage_key
from belvedere.storage.meter import metered
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables
from belvedere.usage.key_use import USE

KEPT_DAYS = 400
PATIENCE_S = 1.0
MILLI = 1_000

Row = tuple[str, str, str]  # (workspace, day, route)
Write = Callable[[Row, Mapping[str, int]], None]


class Ledger:
    """Counts by workspace, day and route that wait to be written."""

    def __init__(self, write: Write, interval_s: float, seconds: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._interval_s = interval_s
        self._seconds = seconds
        self._waiting: dict[Row, Counter[str]] = {}
        self._next = float("-inf")
        self._lock = Lock()

    def add(self, workspace: str, route: str, counts: Mapping[str, int], now: int) -> None:
        """Count something; in memory only."""
        with self._lock:
            self._waiting.setdefault((workspace, iso(now)[:10], route), Counter()).update(counts)

    def due(self) -> dict[Row, Counter[str]]:
        """What is to be written now, which from now on is the caller's to write; empty before its time."""
        with self._lock:
            if not self._waiting or self._seconds() < self._next:
                return {}
            self._next = self._seconds() + self._interval_s
            rows, self._waiting = self._waiting, {}
            return rows

    def flush(self) -> None:
        """Write what is due, and with it which keys were used. Never raises."""
        rows = self.due()
        if rows:
            with metered():
                USE.write()
        for row, counts in rows.items():
            try:
                with metered():  # its units belong to no request: they are among the counts
                    self._write(row, counts + own_cost())
            except Exception as error:
                lost(row, error)

    async def flush_beside(self) -> None:
        """The same beside the event loop, for at most PATIENCE_S."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.to_thread(self.flush)
        except TimeoutError as error:
            lost(None, error)


def own_cost() -> Counter[str]:
    """What writing one row costs."""
    return Counter({"write_milli": MILLI, "nano_usd": round(cost.prices().of("write_units", 1))})


def lost(row: Row | None, error: Exception) -> None:
    """Say that usage was not counted."""
    logger().warning("usage not written", row=row and row[1:], error=type(error).__name__, detail=str(error))
    emit("usage", {"UsageErrors": (MetricUnit.Count, 1)})


def write(row: Row, counts: Mapping[str, int]) -> None:
    """Add to a row of State."""
    workspace, day, route = row
    add_to(tables(workspace).state, day, route, counts, now_ms())


def add_to(state: WorkspaceTable, day: str, route: str, counts: Mapping[str, int], now: int) -> None:
    """Add counts to what a workspace used of a route on a day, in one atomic update."""
    numbers = {name: number for name, number in counts.items() if number}
    names = {f"#{i}": name for i, name in enumerate(numbers)}
    adds = ", ".join(f"#{i} :{i}" for i in range(len(numbers)))
    state.client.update_item(
        TableName=state.name,
        Key=state.key(usage_key(state.workspace, day, route)),
        UpdateExpression=f"SET expires = if_not_exists(expires, :expires) ADD {adds}",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={f":{i}": encode(number) for i, number in enumerate(numbers.values())}
        | {":expires": encode((now + KEPT_DAYS * DAY_MS) // SECOND_MS)},
    )


@functools.lru_cache(maxsize=2)
def ledger_of(interval_s: int) -> Ledger:
    """The ledger of a process that writes so often."""
    return Ledger(write, interval_s)


def ledger() -> Ledger | None:
    """The ledger of this process; None where usage is not counted."""
    interval_s = settings().usage_flush_s
    return ledger_of(interval_s) if interval_s > 0 else None
