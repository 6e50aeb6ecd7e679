"""Maps any exception to what its caller sees. Imports no web framework, so that every function may use it."""

from typing import Any

from belvedere.clock import iso
from belvedere.deadline import TOO_LONG
from belvedere.errors import BelvedereError, DatabaseUnavailable, TimedOut

DATABASE_DOWN = "the database does not answer; try again in a moment"
UNEXPECTED = "something went wrong on our side; the request id leads to the log line"

# A database that refuses these says that our request was wrong, so asking again would not help.
_OUR_FAULT = frozenset({"ValidationException", "SerializationException", "ConditionalCheckFailedException"})


def map_error(error: Exception) -> BelvedereError:
    """The failure as a caller may see it: our own errors as they are, the database's as 503, anything else as 500."""
    if isinstance(error, BelvedereError):
        return error
    if isinstance(error, TimeoutError):
        return TimedOut(TOO_LONG)
    if is_database_error(error):
        return DatabaseUnavailable(DATABASE_DOWN)
    return BelvedereError(UNEXPECTED)


def envelope(error: BelvedereError, *, request_id: str, at_ms: int) -> dict[str, Any]:
    """The documented body of every error; what an error adds never replaces these fields."""
    detail = UNEXPECTED if error.status == 500 else error.detail
    documented = {
        "error": error.title,
        "detail": detail,
        "code": error.code,
        "timestamp": iso(at_ms),
        "request_id": request_id,
    }
    return documented | {name: value for name, value in error.extra.items() if name not in documented}


def is_database_error(error: BaseException) -> bool:
    """True for botocore's errors and PynamoDB's wrappers of them, told by name: importing either is slow."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, BaseException) and cause is not error:
        return is_database_error(cause)
    families = {f"{base.__module__}.{base.__name__}" for base in type(error).__mro__}
    if "botocore.exceptions.ClientError" in families:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        return code not in _OUR_FAULT
    if "botocore.exceptions.ParamValidationError" in families:
        return False
    return "botocore.exceptions.BotoCoreError" in families
