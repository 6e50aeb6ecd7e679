"""A page of sessions, and one session with what came of it."""

import asyncio
from collections.abc import Sequence
from itertools import islice
from statistics import fmean
from typing import Any

from belvedere.boards.productivity.events import SESSION
from belvedere.boards.productivity.sessions.related import Related
from belvedere.boards.productivity.sessions.session import Json, SessionsRequest, session_of
from belvedere.clock import iso
from belvedere.errors import NotFound
from belvedere.query.listing.lister import Lister
from belvedere.query.listing.rows import ListRow, ListRows
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import USER
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

ADDED_UP = ("tokens_in", "tokens_out", "total_tokens", "cost_usd")
TRACES_ADDED = 10_000  # traces of one id that are added up
TRACES_SHOWN = 100


async def sessions(request: SessionsRequest, tables: Tables, slices: int) -> Json:
    """The documented page, with `as_of`. Raises Invalid naming a wrong field."""
    question = request.question()
    as_of = await Reader(tables.rollups, tables.state).as_of()
    page = await in_thread(lambda: Lister(tables, slices).page(question))
    return {
        "sessions": [session_of(row) for row in page.rows],
        "total_count": page.total,
        "page": request.offset // request.limit + 1,
        "page_size": request.limit,
        "has_more": request.offset + request.limit < page.total,
        "as_of": iso(as_of) if as_of is not None else None,
    }


async def session(session_id: str, tables: Tables, slices: int) -> Json:
    """All traces of one id as one session. Raises NotFound where there is none."""
    group = ListRows(tables.events, SESSION, slices).in_group(session_id)
    traces = await in_thread(lambda: list(islice(group, TRACES_ADDED)))
    if not traces:
        raise NotFound(f"Session {session_id} not found")
    whole = together(traces)
    related = Related(tables.events, slices, traces[0].time, whole["developer_id"], whole["repo_slug"])
    number, commits = await asyncio.gather(in_thread(related.pull_request), in_thread(related.commits))
    shown = [session_of(row) for row in traces[:TRACES_SHOWN]]
    added = {"trace_count": len(traces), "last_timestamp": session_of(traces[-1])["timestamp"], "traces": shown}
    return whole | {"related_pr_number": number, "related_commits": commits} | added


def together(traces: Sequence[ListRow]) -> Json:
    """Traces, in order of time, as one: sums, the mean latency and similarity, the last status; accepted if any was."""
    latencies, likeness = known(traces, "latency_ms"), known(traces, "diff_ratio")
    developers, models, codes, repos, lines = (
        known(traces, name) for name in (USER, "model", "status_code", "repo_slug", "accepted_lines")
    )
    return session_of(traces[0]) | {
        **{name: sum(row.shown[name] for row in traces) for name in ADDED_UP},
        "developer_id": next(iter(developers), None),
        "model": _last(models),
        "status_code": _last(codes),
        "repo_slug": _last(repos),
        "latency_ms": fmean(latencies) if latencies else 0.0,
        "diff_ratio": fmean(likeness) if likeness else None,
        "accepted_lines": sum(lines) if lines else None,
        "accepted_flag": any(row.shown.get("accepted_flag") for row in traces),
        "cost_usd": round(sum(row.shown["cost_usd"] for row in traces), 9),
    }


def known(traces: Sequence[ListRow], name: str) -> list[Any]:
    """What traces tell of a property, in their order."""
    return [row.shown[name] for row in traces if name in row.shown]


def _last(values: Sequence[Any]) -> Any:
    return values[-1] if values else None
