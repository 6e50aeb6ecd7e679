"""Seals finished days: packs their rollup rows into pages, so that a week is read as seven items.

Started every night for the days just finished, every week for the year before (late events and imports), and by hand
with {"workspaces": [...], "days": n}.
"""

from typing import Any

from belvedere.boards.registry import families
from belvedere.clock import now_ms
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.rollups.seal import Seal, finished_days
from belvedere.storage.directory import workspace_names
from belvedere.storage.tables import tables

NIGHTLY_DAYS = 8


def handler(event: dict[str, Any], context: Any) -> dict[str, dict[str, int]]:
    """Lambda entry point; how many pages were sealed, and kept as they were, per workspace."""
    if is_warm_up(event):
        return warmed("fold.seal")
    part = finished_days(now_ms(), int(event.get("days", NIGHTLY_DAYS)))
    wanted = event.get("workspaces") or workspace_names()
    done = {name: Seal(tables(name).rollups, tuple(families().values())).run(part) for name in wanted}
    logger().info("sealed", workspaces=done)
    return done
