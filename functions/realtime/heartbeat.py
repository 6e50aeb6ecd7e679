"""Every minute, while anybody is connected: two signs of life half a minute apart, sent by the push.

Connections whose owner has not said in time who they are end here.
"""

import time
from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import now_ms
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.realtime.connections.store import active_workspaces
from belvedere.realtime.push.lease import request_push
from belvedere.realtime.push.service import close_unauthenticated, start_push
from belvedere.settings import settings
from belvedere.storage.client import dynamodb
from belvedere.storage.tables import tables

HALF_A_MINUTE_S = 30.0


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Lambda entry point; how many workspaces have connections. Ends at once when none has."""
    if is_warm_up(event):
        return warmed("realtime.heartbeat")
    workspaces = beat()
    if workspaces:
        time.sleep(HALF_A_MINUTE_S)
        beat()
    logger().info("heartbeat", workspaces=workspaces)
    return {"workspaces": workspaces}


def beat() -> int:
    """Start a push for every workspace that somebody listens to (one that is at work is asked to look again), and end
    the connections of nobody; how many workspaces that were."""
    close_unauthenticated(now_ms())
    workspaces = active_workspaces(dynamodb(), settings().state_table, now_ms())
    for workspace in workspaces:
        request_push(tables(workspace).state)
        start_push(workspace)
    return len(workspaces)
