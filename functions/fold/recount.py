"""Recounts distinct rows that lost a member, and drops entity rows that an erasure left empty.

Started by the fold for the workspaces it saw removals in, and by a schedule for whatever was left waiting.
"""

from typing import Any

from belvedere.boards.registry import CATALOG
from belvedere.cache import version
from belvedere.clock import now_ms
from belvedere.directory.workspace import read_settings
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.rollups.recount import Recount
from belvedere.settings import settings
from belvedere.storage.entities.store import workspace_names
from belvedere.storage.tables import tables
from belvedere.usage.measure import job


def handler(event: dict[str, Any], context: Any) -> dict[str, dict[str, int]]:
    """Lambda entry point: {"workspaces": [...]}, or a schedule's event for all of them."""
    if is_warm_up(event):
        return warmed("fold.recount")
    done = {workspace: recount(workspace, context) for workspace in event.get("workspaces") or workspace_names()}
    logger().info("recounted", workspaces=done)
    return done


def recount(workspace: str, context: Any) -> dict[str, int]:
    """Work through one workspace's notes."""
    workspace_tables = tables(workspace)
    slot_of = read_settings(workspace_tables.directory).history().slot
    work = Recount(
        workspace_tables.events,
        workspace_tables.rollups,
        workspace_tables.state,
        dict(CATALOG.rollup_tables),
        settings().event_slices,
        now_ms(),
        slot_of,
    )
    with job("fold.recount", {workspace: 1}, context, of="runs"):
        try:
            return work.run()
        finally:
            if work.wrote():  # kept answers are void only when rows have changed
                version.bump(workspace_tables.state, now_ms())
