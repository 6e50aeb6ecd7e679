"""The one map from anything that can go wrong to the one error envelope.

`refusal` turns every exception into a `BelvedereError`; `envelope` is the documented body of one.
Texts of libraries never reach the caller: what is not ours becomes a plain 500 or 503.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from belvedere.error_mapping import envelope, map_error
from belvedere.errors import (
    BadRequest,
    BelvedereError,
    CacheUnavailable,
    DatabaseUnavailable,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthorized,
)
from belvedere.http.validation import validation_refusal

__all__ = ["cache_errors", "envelope", "refusal"]

RETRY_AFTER_S = 2
CACHE_DOWN = "the cache does not answer; try again in a moment"
UNREADABLE = "the body cannot be read: send JSON in UTF-8"

_BY_STATUS: dict[int, type[BelvedereError]] = {
    error.status: error
    for error in (BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, TooLarge, Invalid)
}


def refusal(error: Exception) -> BelvedereError:
    """The failure as a caller may see it; one that may pass says when to come back."""
    refused = _refusal(error)
    if refused.status == 503:
        refused.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    return refused


def _refusal(error: Exception) -> BelvedereError:
    if isinstance(error, BelvedereError):
        return error
    if isinstance(error, RequestValidationError):
        return validation_refusal(error.errors())
    if isinstance(error, HTTPException):
        return _of_http_exception(error)
    return map_error(error)


@contextmanager
def cache_errors() -> Iterator[None]:
    """Database errors inside the block are the cache's: what was asked for is the cache itself."""
    try:
        yield
    except Exception as error:
        if isinstance(_refusal(error), DatabaseUnavailable):
            raise CacheUnavailable(CACHE_DOWN) from error
        raise


def _of_http_exception(error: HTTPException) -> BelvedereError:
    kind = _BY_STATUS.get(error.status_code, BelvedereError if error.status_code >= 500 else BadRequest)
    if kind is BadRequest:  # FastAPI's own words for a body that is not even text
        return BadRequest(UNREADABLE)
    return kind(str(error.detail), headers=dict(error.headers or {}))
