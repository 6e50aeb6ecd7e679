"""Seals finished days: packs their rollup rows into pages, so that a week is read as seven items.

Started by the fold when an import or an erasure changed many old days, every night for all days that are not sealed as
they are, and by hand with {"workspaces": [...], "days": n, "seconds": n}. What is `left` when the time is up is for the
next start.
"""

import math
import time
from collections import Counter
from functools import partial
from typing import Any

from belvedere.boards.registry import CATALOG
from belvedere.clock import now_ms
from belvedere.deadline import seconds_left
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.rollups import seal_request
from belvedere.rollups.seal import LOOK_BACK_DAYS, Seal, finished_days
from belvedere.storage.entities.store import workspace_names
from belvedere.storage.tables import Tables, tables

A_BATCH_S = 60.0  # what is begun later than this before the end may not be done; or in its second half
MOST_WAIT_S = 300.0  # for an import to end; a longer one has its days sealed in several turns


def handler(event: dict[str, Any], context: Any) -> dict[str, dict[str, int]]:
    """Lambda entry point; how many days were sealed, kept as they were, and left, per workspace."""
    if is_warm_up(event):
        return warmed("fold.seal")
    ends = time.monotonic() + float(event.get("seconds", _seconds(context)))
    seal = partial(seal_last, int(event["days"])) if "days" in event else seal_all
    done = {name: seal(tables(name), ends) for name in event.get("workspaces") or workspace_names()}
    logger().info("sealed", workspaces=done)
    return done


def seal_last(days: int, workspace_tables: Tables, ends: float) -> dict[str, int]:
    """Seal the last finished days; `ends` is when no more may be begun, by time.monotonic."""
    declared = tuple(CATALOG.rollup_tables.values())
    sealing = Seal(workspace_tables.rollups, declared, lambda: time.monotonic() > ends)
    return sealing.run(finished_days(now_ms(), days))


def seal_all(workspace_tables: Tables, ends: float) -> dict[str, int]:
    """Seal all finished days when the fold is done with old ones, and again where it was not."""
    outcome = Counter[str]()
    while True:
        wait_s = min(MOST_WAIT_S, (ends - time.monotonic()) / 2)
        request = seal_request.settled(workspace_tables.state, now_ms, wait_s)
        step = seal_last(LOOK_BACK_DAYS, workspace_tables, ends)
        outcome = Counter(step | {"sealed": outcome["sealed"] + step["sealed"]})
        if step["left"] or seal_request.finish(workspace_tables.state, request):
            return dict(outcome)


def _seconds(context: Any) -> float:
    """For how long days may be begun."""
    left = seconds_left(context)
    return math.inf if left is None else max(left - A_BATCH_S, left / 2)
