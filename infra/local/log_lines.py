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
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict) or "message" not in record:
        return None if isinstance(record, dict) and "_aws" in record else line
    return "\n".join((_sentence(record), *_trouble(record)))


def _sentence(record: Mapping[str, Any]) -> str:
    level = str(record.get("level", "INFO"))
    start = f"{str(record.get('timestamp', ''))[11:19]} {'' if level == 'INFO' else f'{level} '}"
    if record["message"] == "request" and record.keys() >= set(REQUEST[:3]):
        return start + _request(record)
    rest = " ".join(f"{name}={_short(value)}" for name, value in record.items() if name not in ELSEWHERE)
    return f"{start}{record['message']} {rest}".rstrip()


def _request(record: Mapping[str, Any]) -> str:
    """Route, status, time and what it cost; the ids of a failed one, by which its other lines are found."""
    units = f"{record.get('read_units', 0):g} read {record.get('write_units', 0):g} write units"
    cost = f"${record.get('cost_nano_usd', 0) / 1e9:.7f}"
    texts = [record["route"], record["status"], f"{record['ms']:.0f} ms", units, cost, record.get("workspace", "")]
    failed = record["status"] >= 400 and f"request_id={record.get('request_id')}"
    return "  ".join(str(text) for text in (*texts, "cold start" * bool(record.get("cold_start")), failed) if text)


def _trouble(record: Mapping[str, Any]) -> list[str]:
    return [f"  {line}" for line in str(record.get("exception", "")).splitlines()]


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
