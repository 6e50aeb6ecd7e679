"""The one error envelope, for what the front door itself has to say."""

import uuid
from datetime import UTC, datetime

from aiohttp import web

TITLES = {502: "Bad gateway", 503: "Service unavailable"}
CODES = {502: "BAD_GATEWAY", 503: "SERVICE_UNAVAILABLE"}


def problem(status: int, detail: str) -> web.Response:
    """An error in the form that every endpoint uses."""
    request_id = str(uuid.uuid4())
    envelope = {
        "error": TITLES[status],
        "detail": detail,
        "code": CODES[status],
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request_id": request_id,
    }
    return web.json_response(envelope, status=status, headers={"X-Request-ID": request_id, "Retry-After": "2"})
