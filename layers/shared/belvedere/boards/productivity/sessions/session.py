"""A session as the board shows it, and what a list of them may be asked.

A session without an id is known by its event's. What a trace does not tell is null where the contract allows it; where
it does not, latency is 0 and acceptance false.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.events import SESSION
from belvedere.clock import iso, iso_ms
from belvedere.errors import Invalid
from belvedere.query.listing.lister import ListQuestion
from belvedere.query.listing.rows import Filters, ListRow
from belvedere.schema.rollup_tables import USER
from belvedere.time_ranges import EVER, TimeRange, moment

Json = dict[str, Any]

ORDERS = {"cost_usd": "cost_usd", "tokens": "total_tokens", "total_tokens": "total_tokens"}  # all else is time
STATUS: Mapping[str, Mapping[str, bool]] = {"error": {"failed": True}, "success": {"failed": False}, "all": {}}
MAYBE = ("model", "status_code", "diff_ratio", "accepted_lines", "repo_slug")


@dataclass(frozen=True)
class SessionsRequest:
    """What a list is asked: `limit` sessions from the `offset`-th on."""

    offset: int = 0
    limit: int = 20
    developer_id: str | None = None
    model: str | None = None
    repo: str | None = None
    status: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    order: str = "timestamp"
    descending: bool = True

    def question(self) -> ListQuestion:
        """The same in the engine's words. Raises Invalid naming a wrong field."""
        if self.status is not None and self.status not in STATUS:
            raise Invalid(f"status: {self.status!r:.60} is not one of {', '.join(STATUS)}")
        equal = {USER: self.developer_id, "model": self.model, "repo_slug": self.repo}
        return ListQuestion(
            event_type=SESSION,
            filters=Filters({name: value for name, value in equal.items() if value}, STATUS[self.status or "all"]),
            range=between(self.start_date, self.end_date),
            order=ORDERS.get(self.order),
            descending=self.descending,
            offset=self.offset,
            limit=self.limit,
        )


def said_once(documented: str | None, clients: str | None, names: str) -> str | None:
    """What a parameter says under either of its names. Raises Invalid where both are there and differ."""
    if documented and clients and documented != clients:
        raise Invalid(f"{names}: are two names of the same; send one")
    return documented or clients


def between(start: str | None, end: str | None) -> TimeRange:
    """From one moment to another, to the millisecond; either may be left open. Raises Invalid naming the field."""
    first = moment(start, "start_date") if start else EVER.start
    last = moment(end, "end_date") if end else EVER.end
    if first >= last:
        raise Invalid("start_date: must be before end_date")
    return TimeRange(first, last)


def session_of(row: ListRow) -> Json:
    """One session, or one trace of a session, as it is shown."""
    shown = row.shown
    return {
        "id": row.id,
        "session_id": shown.get("session_id") or row.id,
        "developer_id": shown.get(USER),
        "timestamp": iso(row.time),
        "event_date": iso_ms(row.time)[:10],
        "tokens_in": shown["tokens_in"],
        "tokens_out": shown["tokens_out"],
        "total_tokens": shown["total_tokens"],
        "latency_ms": float(shown.get("latency_ms", 0)),
        "accepted_flag": bool(shown.get("accepted_flag")),
        "cost_usd": float(shown["cost_usd"]),
        **{name: shown.get(name) for name in MAYBE},
    }
