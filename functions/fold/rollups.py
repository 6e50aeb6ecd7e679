"""Folds changes of the Events table into the rollups, exactly once.

Delivery: at least once, in write order per Events partition, whole batches again after a failure. Whatever is raised
here makes the batch come again, which never changes a total: see `belvedere.rollups.fold`.
"""

from typing import Any

import msgspec
from aws_lambda_powertools.metrics import MetricUnit

from belvedere.boards.registry import CATALOG
from belvedere.cache import version
from belvedere.clock import now_ms
from belvedere.directory.zones import zones_of
from belvedere.health import note_failure
from belvedere.observability import emit, is_warm_up, logger
from belvedere.realtime.changelog.notices import changes_entry
from belvedere.realtime.push.service import start_push
from belvedere.rollups import seal_request
from belvedere.rollups.fold import Fold, FoldReport
from belvedere.settings import settings
from belvedere.storage.client import dynamodb, lambda_
from belvedere.storage.tables import tables
from belvedere.usage.measure import changes_by_workspace, job
from belvedere.warm_up import warm_up


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Lambda entry point: a batch of stream records in, counts of what was done out."""
    if is_warm_up(event):
        return warm_up("fold.rollups")
    names, began = settings(), now_ms()
    slots, tables_of = zones_of(names).slots, CATALOG.rollup_tables_of
    fold = Fold(dynamodb(), names.rollups_table, names.state_table, tables_of, changes_entry, now_ms, slots=slots)
    shares = changes_by_workspace(event["Records"])
    with job("fold.rollups", shares, context):
        try:
            report = fold.batch(event["Records"])
        except Exception:
            note_failure(now_ms())
            raise
        finally:
            for workspace in shares:  # a batch that failed may have changed something, too
                version.bump(tables(workspace).state, now_ms())
    for workspace in shares:
        start_push(workspace)
    for workspace in report.recounts:
        start_recount(names.recount_function, workspace)
    if names.seal_function:
        for workspace, days in report.changed_days.items():
            start_sealing(names.seal_function, workspace, days, now_ms() - began)
    return fold_counts(report)


def start_sealing(function: str, workspace: str, changed_days: set[str], took_ms: int) -> None:
    """Start the sealing of old days, once many of them have changed; the night's finds them if this is lost."""
    if seal_request.add(tables(workspace).state, changed_days, now_ms(), took_ms):
        payload = msgspec.json.encode({"workspaces": [workspace]})
        lambda_().invoke(FunctionName=function, InvocationType="Event", Payload=payload)


def start_recount(function: str, workspace: str) -> None:
    """Start the recount beside this batch; its notes are durable, and the schedule finds them if this is lost."""
    payload = msgspec.json.encode({"workspaces": [workspace]})
    lambda_().invoke(FunctionName=function, InvocationType="Event", Payload=payload)


def fold_counts(report: FoldReport) -> dict[str, int]:
    """The report as one log line, as metrics (an alarm watches `put_aside`), and as the function's answer."""
    counts = {name: getattr(report, name) for name in ("changes", "folded", "repeated", "put_aside", "transactions")}
    (logger().error if report.put_aside else logger().info)("folded", **counts)
    emit("fold.rollups", {name: (MetricUnit.Count, number) for name, number in counts.items()})
    return counts
