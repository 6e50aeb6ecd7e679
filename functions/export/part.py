"""The step of infra/export.asl.yaml that runs side by side: reads one part of an export and writes it to S3.

{"workspace", "job_id", "attempt", "part"} -> {"stopped"}
"""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.export.jobs.run import reading_step, run_of
from belvedere.export.jobs.write_part import write_part
from belvedere.http.in_process import answer_of
from belvedere.observability import is_warm_up, warmed
from belvedere.realtime.export_messages import announce
from belvedere.usage.measure import job

ROUTE = "export.part"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point."""
    if is_warm_up(event):
        return warmed(ROUTE)
    with job(ROUTE, {event["workspace"]: 1}, context, of="runs"):
        return reading_step(
            run_of(event, context, announce=announce, answer_of=answer_of),
            lambda run: write_part(run, int(event["part"])),
        )
