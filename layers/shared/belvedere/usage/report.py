"""Reads usage back: rows by day and route, sums by day, and the whole."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from belvedere.clock import DAY_MS, iso
from belvedere.cost import Prices
from belvedere.errors import Invalid
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.state import usage_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_ranges import moment
from belvedere.usage.ledger import MILLI

DEFAULT_DAYS = 30
MAX_DAYS = 92
CACHE = ("memory", "table", "stale", "miss", "bypass")
NANO = 1_000_000_000


@dataclass(frozen=True)
class RouteUsage:
    """What was used of one route on one UTC day."""

    day: str
    route: str
    counts: Counter[str]


def days(start: str | None, end: str | None, now: int) -> tuple[str, str]:
    """First and last UTC day of `from` <= time < `to`; the last thirty days when neither is given. Raises Invalid."""
    last = moment(end, "to") - 1 if end else now
    first = moment(start, "from") if start else last - (DEFAULT_DAYS - 1) * DAY_MS
    if first > last:
        raise Invalid("from: must be before to")
    if last // DAY_MS - first // DAY_MS >= MAX_DAYS:
        raise Invalid(f"from, to: at most {MAX_DAYS} days at a time; ask for less")
    return iso(first)[:10], iso(last)[:10]


def used(state: WorkspaceTable, first: str, last: str, *, consistent: bool = False) -> Iterator[RouteUsage]:
    """The rows of some days, in order of day and route."""
    for item in state.query(usage_partition(state.workspace), first, last + AFTER, consistent=consistent):
        day, _, route = str(item["sk"]).partition("#")
        numbers = {name: int(value) for name, value in item.items() if name not in ("pk", "sk", "expires")}
        yield RouteUsage(day, route, Counter(numbers))


def report(rows: Iterable[RouteUsage], first: str, last: str, prices: Prices) -> dict[str, Any]:
    """The answer of the usage endpoint."""
    rows = list(rows)
    by_day: dict[str, Counter[str]] = {}
    for row in rows:
        by_day.setdefault(row.day, Counter()).update(row.counts)
    return {
        "from": first,
        "to": last,
        "totals": usage_json(sum(by_day.values(), Counter())),
        "days": [{"day": day, **usage_json(counts)} for day, counts in by_day.items()],
        "rows": [{"day": row.day, "route": row.route, **usage_json(row.counts)} for row in rows],
        "prices": {"as_of": prices.as_of, "region": prices.region},
    }


def usage_json(counts: Counter[str]) -> dict[str, Any]:
    """Counts in the units people use: `events` were accepted, `changes` of them folded."""
    return {
        "requests": counts["requests"],
        "failed": counts["failed"],
        "events": counts["events"],
        "changes": counts["changes"],
        "read_units": counts["read_milli"] / MILLI,
        "write_units": counts["write_milli"] / MILLI,
        "compute_ms": counts["ms"],
        "cost_nano_usd": counts["nano_usd"],
        "cost_usd": counts["nano_usd"] / NANO,
        "cache": {name: counts[name] for name in CACHE},
    }
