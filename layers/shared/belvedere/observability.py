"""Logs and metrics of every function: one structured line and one EMF line a request, written only here.

Powertools makes both, but for what every single request writes: there its forms are filled in here.

The tracer is left out on purpose: importing it costs half a second of every cold start, even when disabled.
"""

import functools
import logging
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.metrics.functions import is_metrics_disabled

from belvedere.clock import now_ms

TRACE_ID = "_X_AMZN_TRACE_ID"
WARM_UP_SOURCE = "belvedere.warm-up"
NAMESPACE, SERVICE = "Belvedere", "belvedere"

_started_cold = True


def first_call() -> bool:
    """True once per process: for the call that paid for the cold start."""
    global _started_cold
    cold, _started_cold = _started_cold, False
    return cold


@functools.cache
def logger() -> Logger:
    """The structured logger of this process."""
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE)
    return Logger(service=service, json_serializer=_serialize, location=None, serialize_stacktrace=False)


def log_request(fields: Mapping[str, Any]) -> None:
    """Write the line that `logger().info("request", **fields)` writes, at a tenth of what that takes.

    Only for the one line that every request writes: everything else, failures included, is the Logger's.
    """
    out = logger()
    if out.log_level > logging.INFO:
        return
    now = time.time()
    line = {
        "level": "INFO",
        "message": "request",
        "timestamp": out.registered_formatter.formatTime(_Moment(now, now % 1 * 1000)),  # type: ignore[arg-type]
        "service": out.service,
        **fields,
        "xray_trace_id": os.environ.get(TRACE_ID, "").partition(";")[0].removeprefix("Root=") or None,
    }
    told = {name: value for name, value in line.items() if value is not None}
    try:
        out.registered_handler.stream.write(f"{_serialize(told)}\n")  # type: ignore[attr-defined]  # a StreamHandler
    except (OSError, ValueError):  # a stream that is gone fails no request: the Logger knows how to go on
        out.info("request", **fields)


class _Moment(NamedTuple):
    """What a formatter needs of a log record to tell its time."""

    created: float
    msecs: float


def is_warm_up(event: Any) -> bool:
    """True for the schedule's event, which asks for nothing but a warm process."""
    return isinstance(event, Mapping) and event.get("source") == WARM_UP_SOURCE


def warmed(function: str, ms: float = 0.0) -> dict[str, Any]:
    """Answer a warm-up that took so long; the log line is all it does."""
    cold = first_call()
    logger().info("warm-up", function=function, cold_start=cold, ms=ms)
    return {"warm": function, "cold_start": cold}


def emit(function: str, counted: Mapping[str, tuple[MetricUnit, float]]) -> None:
    """Write one EMF line with the metrics of a function (`board.name`), under its board.

    Each value of a dimension is a metric of its own to pay for; what a single route took is in its log lines.
    """
    if is_metrics_disabled():
        return
    form = _emf_form(
        os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE),
        os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE),
        function.partition(".")[0],
        tuple((name, unit) for name, (unit, _) in counted.items()),
    )
    values = {name: [float(value)] for name, (_, value) in counted.items()}
    line = {**form, "_aws": {**form["_aws"], "Timestamp": now_ms()}, **values}
    sys.stdout.write(f"{orjson.dumps(line).decode()}\n")


@functools.lru_cache(maxsize=256)
def _emf_form(
    namespace: str, service: str, board: str, metrics: tuple[tuple[str, MetricUnit], ...]
) -> Mapping[str, Any]:
    """The object that Powertools makes of these metrics, all of them 0.

    Remembered, because every line of a board differs from it in the time and the values only, and making one takes
    longer than the rest of the pipeline.
    """
    made = EphemeralMetrics(namespace=namespace, service=service)
    made.add_dimension(name="board", value=board)
    for name, unit in metrics:
        made.add_metric(name=name, unit=unit, value=0)
    return {**made.serialize_metric_set()}


def _serialize(record: Any) -> str:
    return orjson.dumps(record, default=str).decode()
