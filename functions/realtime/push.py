"""Tells connected clients what is new. Started by the fold, by a new connection or subscription, and by the heartbeat.

Whatever it is to tell is in the tables, so a start that is lost or doubled loses and doubles nothing.
"""

import asyncio
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.observability import emit, is_warm_up, logger
from belvedere.realtime.push.service import report_fields, run_push, start_push
from belvedere.usage.measure import job
from belvedere.warm_up import warm_up


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point: push to the named workspaces."""
    if is_warm_up(event):
        return warm_up("realtime.push")
    done = {}
    for workspace in event["workspaces"]:
        with job("realtime.push", {workspace: 1}, context, of="pushes"):
            report = asyncio.run(run_push(workspace))
        if report.unfinished:
            start_push(workspace, context.function_name)
        done[workspace] = report_fields(report)
        emit("realtime.push", {"frames": (MetricUnit.Count, report.frames), "gone": (MetricUnit.Count, report.gone)})
    logger().info("pushed", workspaces=done)
    return done
