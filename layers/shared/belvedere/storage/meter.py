"""Counts the read and write units that the tables report for the work in hand.

One `Meter` is current per request (a context variable, copied into worker threads), so that every
answer can tell what it cost.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})


@dataclass
class Meter:
    """Units as DynamoDB bills them: 4 KiB reads (half when eventually consistent), 1 KiB writes."""

    read_units: float = 0.0
    write_units: float = 0.0
    calls: int = 0
    _adding: Lock = field(default_factory=Lock, repr=False, compare=False)  # threads of one request share its meter

    def record(self, operation: str, response: Mapping[str, Any]) -> None:
        """Add what one response reports; calls without a report count as a call of 0 units."""
        reported = response.get("ConsumedCapacity") or []
        entries = reported if isinstance(reported, list) else [reported]
        units = sum(entry.get("CapacityUnits", 0.0) for entry in entries)
        with self._adding:
            self.calls += 1
            if operation in WRITES:
                self.write_units += units
            else:
                self.read_units += units


_current: ContextVar[Meter | None] = ContextVar("belvedere_meter", default=None)


def current_meter() -> Meter | None:
    """The meter of the work in hand, if somebody measures."""
    return _current.get()


@contextmanager
def metered() -> Iterator[Meter]:
    """Measure everything that happens inside the block, worker threads with a copied context included."""
    meter = Meter()
    token = _current.set(meter)
    try:
        yield meter
    finally:
        _current.reset(token)


def attach(client: Any) -> Any:
    """Make a DynamoDB client ask for consumed capacity and report it to the current meter."""

    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in WRITES or model.name in READS:
            params.setdefault("ReturnConsumedCapacity", "TOTAL")

    def report(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if meter := _current.get():
            meter.record(model.name, parsed)

    client.meta.events.register("provide-client-params.dynamodb", ask)
    client.meta.events.register("after-call.dynamodb", report)
    return client
