"""The one error envelope, for what the front door itself has to say."""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web

CODES = {
    400: "BAD_REQUEST", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 413: "PAYLOAD_TOO_LARGE",
    422: "VALIDATION_ERROR", 429: "RATE_LIMIT_EXCEEDED", 500: "INTERNAL_ERROR", 502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE", 504: "TIMEOUT",
}  # fmt: skip
# Others are as HTTP calls them.
TITLES = {
    413: "Payload too large", 422: "Validation error", 429: "Rate limit exceeded", 504: "Timed out",
}  # fmt: skip
RETRY_AFTER = {429: "60", 503: "2"}  # of what may pass


def problem(status: int, detail: str) -> web.Response:
    """An error in the form that every endpoint uses."""
    request_id = str(uuid.uuid4())
    envelope = {
        "error": TITLES.get(status) or HTTPStatus(status).phrase.capitalize(),
        "detail": detail,
        "code": CODES.get(status) or CODES[400 if status < 500 else 500],
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request_id": request_id,
    }
    headers = {"X-Request-ID": request_id}
    if status in RETRY_AFTER:
        headers["Retry-After"] = RETRY_AFTER[status]
    return web.json_response(envelope, status=status, headers=headers)
