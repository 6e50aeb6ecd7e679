"""The last step of infra/export.asl.yaml: notes that a job is completed, or why it failed.

{"workspace", "job_id", "attempt"}, after a failure with its {"error": {"Error", "Cause"}} -> {"stopped"}
"""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.export.jobs.finish import fail_by_machine, finish
from belvedere.export.jobs.run import run_of, step
from belvedere.observability import is_warm_up, warmed
from belvedere.realtime.export_messages import announce
from belvedere.usage.measure import job

ROUTE = "export.finish"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point."""
    if is_warm_up(event):
        return warmed(ROUTE)
    with job(ROUTE, {event["workspace"]: 1}, context, of="runs"):
        run = run_of(event, context, announce=announce)
        return fail_by_machine(run, event["error"]) if "error" in event else step(run, finish)
