"""The profile: all sessions that there ever were, of a developer or of everybody, and who that developer is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.boards.productivity.sessions.stats import COUNT, all_time, first_day
from belvedere.clock import iso
from belvedere.errors import NotFound
from belvedere.query.reader.answer import Point
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.keys.directory import user_key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of

METRICS = ("total_tokens", "total_cost", "avg_latency", "acceptance_rate")
TOP = 5


@dataclass(frozen=True)
class ProfileRequest:
    """What the endpoint was asked: about one developer, or everybody."""

    developer_id: str | None = None


def resolved(request: ProfileRequest, now: int) -> dict[str, Any]:
    """All that a profile depends on at a moment."""
    return {"developer": request.developer_id, "today": bucket_of(now, Grain.DAY)}


async def profile(request: ProfileRequest, reader: Reader, now: int) -> dict[str, Any]:
    """The documented profile. Raises NotFound for a developer without sessions, where others have some."""
    sessions = await all_time(reader, request.developer_id, now)
    totals, days, models, repos = await asyncio.gather(
        sessions.points(*METRICS),
        sessions.points(daily=True),
        sessions.points(by="model"),
        sessions.points(by="repo_slug"),
    )
    if request.developer_id is not None and not totals and await first_day(reader) is not None:
        raise NotFound(f"Developer {request.developer_id} not found")
    return {"developer_id": request.developer_id, **_totals(totals)} | {
        "most_used_models": top(models, "model"),
        "active_repos": top(repos, "repo_slug"),
        "sessions_by_date": {iso(point.start)[:10]: point.metrics[COUNT] for point in days},
    }


def _totals(totals: Sequence[Point]) -> dict[str, Any]:
    """The documented numbers: 0 where there is nothing to say, the rate in percent."""
    metrics = totals[0].metrics if totals else {}
    return {
        "total_sessions": metrics.get(COUNT, 0),
        "total_tokens_used": metrics.get("total_tokens", 0),
        "total_cost_usd": metrics.get("total_cost") or 0.0,
        "avg_latency_ms": metrics.get("avg_latency") or 0.0,
        "acceptance_rate": 100 * (metrics.get("acceptance_rate") or 0.0),
    }


def top(points: Sequence[Point], dimension: str, most: int = TOP) -> list[dict[str, Any]]:
    """The values with the most sessions, equals by name."""
    counted = [(point.dims[dimension], int(point.metrics[COUNT] or 0)) for point in points]
    counted.sort(key=lambda pair: (-pair[1], pair[0]))
    return [{"value": value, "count": count} for value, count in counted[:most]]


async def identity(directory: WorkspaceTable, user: str | None, first_date: str | None) -> dict[str, Any]:
    """`id`, `name`, `email` and `joinDate` (ISO date) of a person, or of the workspace where it is nobody's.

    Whoever has no record joined with their first session. The Directory is read each time, so that no kept answer
    holds a name or an address.
    """
    shown = user or directory.workspace
    key = user_key(directory.workspace, shown)
    record = (await in_thread(partial(directory.get, key)) if user else None) or {}
    return {
        "id": shown,
        "name": record.get("name", shown),
        "email": record.get("email"),
        "joinDate": str(record["created_at"])[:10] if "created_at" in record else first_date,
    }
