"""The step of infra/export.asl.yaml that makes the finished file of an export's parts.

{"workspace", "job_id", "attempt"} -> {"stopped"}
"""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.export.jobs.assemble import assemble
from belvedere.export.jobs.run import run_of, step
from belvedere.observability import is_warm_up, warmed
from belvedere.usage.measure import job

ROUTE = "export.assemble"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point."""
    if is_warm_up(event):
        return warmed(ROUTE)
    with job(ROUTE, {event["workspace"]: 1}, context, of="runs"):
        return step(run_of(event, context), assemble)
