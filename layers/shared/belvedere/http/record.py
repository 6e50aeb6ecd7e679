"""The one log line and the metrics of a request that has been answered."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from belvedere.cost import Cost
from belvedere.errors import Unavailable
from belvedere.http.exchange import Exchange
from belvedere.observability import emit, first_call, log_request, logger
from belvedere.settings import settings


def record(exchange: Exchange, *, function: str, route: str, status: int, size: int, ms: float, cost: Cost) -> None:
    """Write what happened; failures and slow requests in any case. Parameters, query and key never reach a log."""
    call: dict[str, Any] = {"function": function, "route": route, "status": status, "ms": round(ms, 2), "bytes": size}
    fields = call | _spent(exchange, cost) | _identity(exchange)
    failed, slow = status >= 500, ms > settings().slow_request_threshold * 1000
    if failed:
        logger().error("request failed", exc_info=_traceback(exchange.error), detail=str(exchange.error), **fields)
    elif slow:
        logger().warning("slow request", **fields)
    elif settings().request_logging_enabled:
        log_request(fields)
    emit(
        function,
        {
            "Requests": (MetricUnit.Count, 1),
            "Errors": (MetricUnit.Count, int(failed)),
            "SlowRequests": (MetricUnit.Count, int(slow)),
            "Latency": (MetricUnit.Milliseconds, ms),
            "ReadUnits": (MetricUnit.Count, exchange.meter.read_units),
            "WriteUnits": (MetricUnit.Count, exchange.meter.write_units),
        },
    )


def _spent(exchange: Exchange, cost: Cost) -> dict[str, Any]:
    return {
        "read_units": exchange.meter.read_units,
        "write_units": exchange.meter.write_units,
        "cost_nano_usd": cost.nano_usd,
    }


def _identity(exchange: Exchange) -> dict[str, Any]:
    return {
        "workspace": exchange.caller.workspace if exchange.caller else None,
        "key_id": exchange.caller.key_id if exchange.caller else None,
        "cold_start": first_call(),
        "request_id": exchange.request_id,
        "aws_request_id": exchange.aws_request_id,
    }


def _traceback(error: Exception | None) -> Exception | None:
    """The error whose traceback is worth a log's space: not one that was raised on purpose, with nothing behind it."""
    expected = isinstance(error, Unavailable) and error.__cause__ is None
    return None if expected else error
