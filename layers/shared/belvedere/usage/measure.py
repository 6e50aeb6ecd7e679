"""From what was measured of a request or a job to counts in the ledger."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from belvedere import cost
from belvedere.clock import now_ms
from belvedere.storage.keys import workspace_of
from belvedere.storage.meter import Meter, metered
from belvedere.usage.ledger import MILLI, ledger
from belvedere.usage.notes import ANSWERED, timing


async def count_request(workspace: str, route: str, meter: Meter, noted: Mapping[str, int], *, nano_usd: int, ms: float,
                        failed: bool) -> None:  # fmt: skip
    """Count one answered request, and write what is due. Its own answer has already left."""
    if book := ledger():
        counts = measured(meter, nano_usd, ms) + Counter({"requests": 1, "failed": int(failed), **noted})
        counts += timing(ANSWERED, ms)
        book.add(workspace, route, counts, now_ms())
        await book.flush_beside()


@contextmanager
def job(route: str, shares: Mapping[str, int], context: Any, *, of: str = "changes") -> Iterator[Meter]:
    """Count a run of a function that serves several workspaces: each bears its share `of` what was done."""
    started = time.perf_counter()
    with metered() as meter:
        try:
            yield meter
        finally:
            memory_mb = int(getattr(context, "memory_limit_in_mb", 0) or 0)
            ms = (time.perf_counter() - started) * 1000
            count_job(route, {who: {of: share} for who, share in shares.items()}, meter, ms=ms, memory_mb=memory_mb)


def count_job(route: str, shares: Mapping[str, Mapping[str, int]], meter: Meter, *, ms: float,
              memory_mb: int) -> None:  # fmt: skip
    """Share out what a run cost, and write what is due."""
    book, whole = ledger(), sum(sum(share.values()) for share in shares.values())
    if book is None or not whole:
        return
    total = measured(meter, round(job_cost(cost.prices(), meter, ms, memory_mb)), ms)
    for workspace, share in shares.items():
        workspace_cost = {name: round(number * sum(share.values()) / whole) for name, number in total.items()}
        book.add(workspace, route, {**workspace_cost, **share, "requests": 1}, now_ms())
    book.flush()


def job_cost(prices: cost.Prices, meter: Meter, ms: float, memory_mb: int) -> float:
    """Nano-USD of a run that came through no gateway."""
    units = prices.of("read_units", meter.read_units) + prices.of("write_units", meter.write_units)
    return units + prices.of("lambda_calls", 1) + prices.of_running(ms, memory_mb)


def changes_by_workspace(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many records of a stream batch are each workspace's."""
    keys = (record.get("dynamodb", {}).get("Keys", {}).get("pk", {}).get("S", "") for record in records)
    return dict(Counter(workspace_of(pk) for pk in keys if pk))


def measured(meter: Meter, nano_usd: int, ms: float) -> Counter[str]:
    """Units, money and time as integers, so that they add up exactly in the table."""
    return Counter(
        read_milli=round(meter.read_units * MILLI),
        write_milli=round(meter.write_units * MILLI),
        nano_usd=nano_usd,
        ms=round(ms),
    )
