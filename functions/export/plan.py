"""The first step of infra/export.asl.yaml: cuts an export into parts.

{"workspace", "job_id", "attempt"} -> {"stopped", "parts": [0, 1, ...]}
"""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.export.jobs.plan import plan
from belvedere.export.jobs.run import reading_step, run_of
from belvedere.observability import is_warm_up, warmed
from belvedere.realtime.export_messages import announce
from belvedere.usage.measure import job

ROUTE = "export.plan"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point."""
    if is_warm_up(event):
        return warmed(ROUTE)
    with job(ROUTE, {event["workspace"]: 1}, context, of="runs"):
        return {"parts": [], **reading_step(run_of(event, context, announce=announce), plan)}
