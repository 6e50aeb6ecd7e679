"""The few ways a request can fail, each with its HTTP status and code.

Layer code raises these; `belvedere.http` turns them into the one documented envelope.
`detail` is written for the caller: it names the field and what is allowed.
"""

from typing import Any


class BelvedereError(Exception):
    """Base of every failure that a caller may see."""

    status = 500
    code = "INTERNAL_ERROR"
    title = "Internal server error"

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra


class BadRequest(BelvedereError):
    """The request cannot be read at all: broken JSON, broken gzip, a body of the wrong kind."""

    status, code, title = 400, "BAD_REQUEST", "Bad request"


class Invalid(BelvedereError):
    """The request was read, and a field of it has a value that is not allowed."""

    status, code, title = 422, "VALIDATION_ERROR", "Validation error"


class Unauthorized(BelvedereError):
    """No valid key or token came with the request."""

    status, code, title = 401, "UNAUTHORIZED", "Unauthorized"


class Forbidden(BelvedereError):
    """The caller is known, and may not do this."""

    status, code, title = 403, "FORBIDDEN", "Forbidden"


class NotFound(BelvedereError):
    """There is no such route or thing."""

    status, code, title = 404, "NOT_FOUND", "Not found"


class MethodNotAllowed(BelvedereError):
    """The route exists, for other methods."""

    status, code, title = 405, "METHOD_NOT_ALLOWED", "Method not allowed"


class Conflict(BelvedereError):
    """The request contradicts what is stored."""

    status, code, title = 409, "CONFLICT", "Conflict"


class Gone(BelvedereError):
    """There was such a thing, and there is not any more."""

    status, code, title = 410, "GONE", "Gone"


class TooLarge(BelvedereError):
    """The body is over a documented size."""

    status, code, title = 413, "PAYLOAD_TOO_LARGE", "Payload too large"


class RateLimited(BelvedereError):
    """The caller asked too often."""

    status, code, title = 429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded"


class Unavailable(BelvedereError):
    """Something the answer needs does not answer now; the same request may succeed later."""

    status, code, title = 503, "SERVICE_UNAVAILABLE", "Service unavailable"


class AnalyticsUnavailable(Unavailable):
    """The answer needs a model, and none that is any good has been trained yet."""

    code = "ANALYTICS_UNAVAILABLE"


class DatabaseUnavailable(Unavailable):
    """The tables do not answer, or throttle longer than a request may wait."""

    code = "DATABASE_ERROR"


class CacheUnavailable(Unavailable):
    """The cache's tables do not answer, where the cache itself was asked for."""

    code = "CACHE_ERROR"


class TimedOut(BelvedereError):
    """The answer would take longer than a request may."""

    status, code, title = 504, "TIMEOUT", "Timed out"


class TenantViolation(BelvedereError):
    """Code asked the storage layer for a key outside its workspace: a bug, never the caller's fault."""
