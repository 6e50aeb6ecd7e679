"""Logs and metrics of every function: one structured line and one EMF line a request, written only here.

The tracer is left out on purpose: importing it costs half a second of every cold start, even when disabled.
"""

import functools
import os
from collections.abc import Mapping
from typing import Any

import orjson
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

WARM_UP_SOURCE = "belvedere.warm-up"
NAMESPACE = "Belvedere"

_started_cold = True


def first_call() -> bool:
    """True once per process: for the call that paid for the cold start."""
    global _started_cold
    cold, _started_cold = _started_cold, False
    return cold


@functools.cache
def logger() -> Logger:
    """The structured logger of this process."""
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "belvedere")
    return Logger(service=service, json_serializer=_serialize, location=None, serialize_stacktrace=False)


def is_warm_up(event: Any) -> bool:
    """True for the schedule's event, which asks for nothing but a warm process."""
    return isinstance(event, Mapping) and event.get("source") == WARM_UP_SOURCE


def warmed(function: str) -> dict[str, Any]:
    """Answer a warm-up; the log line is all it does."""
    cold = first_call()
    logger().info("warm-up", function=function, cold_start=cold)
    return {"warm": function, "cold_start": cold}


def emit(route: str, counted: Mapping[str, tuple[MetricUnit, float]]) -> None:
    """Write one EMF line with a route's metrics. A fresh set each time, so concurrent requests never mix."""
    metrics = EphemeralMetrics(
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE),
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", "belvedere"),
    )
    metrics.add_dimension(name="route", value=route)
    for name, (unit, value) in counted.items():
        metrics.add_metric(name=name, unit=unit, value=value)
    metrics.flush_metrics()


def _serialize(record: Any) -> str:
    return orjson.dumps(record, default=str).decode()
