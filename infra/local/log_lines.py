"""Makes what functions log readable: a line a request or event, for people who follow the logs."""

import json
from collections.abc import Mapping
from typing import Any

HOUSEKEEPING = ("START RequestId", "END RequestId", "REPORT RequestId")
ELSEWHERE = frozenset({
    "level", "message", "timestamp", "service", "function", "exception", "exception_name", "stack_trace", "bytes",
    "key_id", "cold_start", "request_id", "aws_request_id", "xray_trace_id",
})  # fmt: skip
REQUEST = ("route", "status", "ms", "read_units", "write_units", "cost_nano_usd", "workspace")


def readable(message: str) -> str | None:
    """One message of a function as people read it; None for what only machines want (metrics, Lambda's own lines)."""
    line = message.rstrip()
    if line.startswith(HOUSEKEEPING):
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return line
    if not isinstance(told, dict) or "message" not in told:
        return None if isinstance(told, dict) and "_aws" in told else line
    return "\n".join((_sentence(told), *_trouble(told)))


def _sentence(told: Mapping[str, Any]) -> str:
    level = str(told.get("level", "INFO"))
    start = f"{str(told.get('timestamp', ''))[11:19]} {'' if level == 'INFO' else f'{level} '}"
    if told["message"] == "request" and told.keys() >= set(REQUEST[:3]):
        return start + _request(told)
    rest = " ".join(f"{name}={_short(value)}" for name, value in told.items() if name not in ELSEWHERE)
    return f"{start}{told['message']} {rest}".rstrip()


def _request(told: Mapping[str, Any]) -> str:
    """Route, status, time and what it cost; the ids of a failed one, by which its other lines are found."""
    units = f"{told.get('read_units', 0):g} read {told.get('write_units', 0):g} write units"
    cost = f"${told.get('cost_nano_usd', 0) / 1e9:.7f}"
    parts = [told["route"], told["status"], f"{told['ms']:.0f} ms", units, cost, told.get("workspace", "")]
    failed = told["status"] >= 400 and f"request_id={told.get('request_id')}"
    return "  ".join(str(part) for part in (*parts, "cold start" * bool(told.get("cold_start")), failed) if part)


def _trouble(told: Mapping[str, Any]) -> list[str]:
    return [f"  {line}" for line in str(told.get("exception", "")).splitlines()]


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
