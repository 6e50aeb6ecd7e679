"""Trains the models of workspaces whose interactions have changed.

Started every night for all workspaces, and by POST /dashboard/analytics/train-models with
{"workspaces": [...], "force": true}. It has no route.
"""

from typing import Any

from belvedere.boards.learning.predict.job import train
from belvedere.clock import now_ms
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.settings import settings
from belvedere.storage.entities.store import workspace_names
from belvedere.storage.tables import tables
from belvedere.usage.measure import job

ROUTE = "learning.train"


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Lambda entry point; how each workspace's training ended."""
    if is_warm_up(event):
        return warmed(ROUTE)
    wanted = event.get("workspaces") or workspace_names()
    done = {workspace: trained(workspace, bool(event.get("force")), context) for workspace in wanted}
    logger().info("trained", workspaces=done)
    return done


def trained(workspace: str, force: bool, context: Any) -> str:
    """Train one workspace's model."""
    with job(ROUTE, {workspace: 1}, context, of="runs"):
        outcome, _ = train(tables(workspace), now_ms(), slices=settings().event_slices, force=force)
    return outcome.value
