"""Seals finished days: packs their rollup rows into pages, so that a week is read as seven items.

Started every night for all days that are not sealed as they are, and by hand with
{"workspaces": [...], "days": n, "seconds": n}. What is `left` when the time is up is for the next start.
"""

import math
import time
from typing import Any

from belvedere.boards.registry import rollup_tables
from belvedere.clock import now_ms
from belvedere.deadline import seconds_left
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.rollups.seal import LOOK_BACK_DAYS, Seal, finished_days
from belvedere.storage.directory import workspace_names
from belvedere.storage.tables import tables

A_BATCH_S = 60.0  # what is begun later than this before the end may not be done; or in its second half


def handler(event: dict[str, Any], context: Any) -> dict[str, dict[str, int]]:
    """Lambda entry point; how many days were sealed, kept as they were, and left, per workspace."""
    if is_warm_up(event):
        return warmed("fold.seal")
    time_range = finished_days(now_ms(), int(event.get("days", LOOK_BACK_DAYS)))
    ends = time.monotonic() + float(event.get("seconds", _seconds(context)))
    declared = tuple(rollup_tables().values())
    done = {
        name: Seal(tables(name).rollups, declared, lambda: time.monotonic() > ends).run(time_range)
        for name in event.get("workspaces") or workspace_names()
    }
    logger().info("sealed", workspaces=done)
    return done


def _seconds(context: Any) -> float:
    """For how long days may be begun."""
    left = seconds_left(context)
    return math.inf if left is None else max(left - A_BATCH_S, left / 2)
