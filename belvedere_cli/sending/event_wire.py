"""What travels between the event client and `POST /v1/events`: events, replies, receipts, and how a reply is read."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

import msgspec

PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class WireEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event as the body of a request carries it."""

    id: str
    type: str
    time: str | int
    user: str | None = None
    properties: dict[str, Any] = {}


class EventResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one event of a request."""

    index: int
    result: Literal["accepted", "duplicate", "conflict", "rejected"]
    id: str | None = None
    reason: str | None = None
    detail: str | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request: a result for every event, and their counts."""

    results: list[EventResult] = []
    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    rejected: int = 0


class HttpReply(NamedTuple):
    """An HTTP answer, reduced to what the client reads; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[bytes, Mapping[str, str]], Awaitable[HttpReply]]  # raises OSError when no answer came


class DeliveryError(Exception):
    """A batch could not be delivered."""


class Unreachable(DeliveryError):
    """No attempt was acknowledged; sending again later may succeed."""


class Refused(DeliveryError):
    """The stack will not take this request however often it is sent."""


class Busy(DeliveryError):
    """This attempt failed and the next may succeed."""

    def __init__(self, why: str, retry_after_s: float = 0.0) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


def receipt_of(reply: HttpReply, sent: int) -> Receipt:
    """Read the reply to a request of `sent` events. Raises Busy or Refused when it acknowledges nothing."""
    if reply.status == HTTPStatus.OK:
        return _checked(reply.body, sent)
    raise refusal_of(reply)


def refusal_of(reply: HttpReply) -> Busy | Refused:
    """What a reply that is no success comes to: Busy where another attempt may succeed."""
    why = f"HTTP {reply.status}: {_said(reply)}"
    if reply.status in PASSING or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Busy(why, _retry_after_s(reply))
    return Refused(why)


def _checked(body: bytes, sent: int) -> Receipt:
    """Decode a receipt, which must account for every event that was sent."""
    try:
        receipt = msgspec.json.decode(body, type=Receipt)
    except msgspec.MsgspecError as error:
        raise Refused(f"the answer is no receipt ({error}); is the URL that of a Belvedere stack?") from None
    if sorted(result.index for result in receipt.results) != list(range(sent)):
        raise Refused(f"the receipt has {len(receipt.results)} results for {sent} events, or not one for each")
    return receipt


def _said(reply: HttpReply) -> str:
    """The reason given in the error envelope, when the reply has one."""
    try:
        return str(msgspec.json.decode(reply.body)["detail"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return "no reason given"


def _retry_after_s(reply: HttpReply) -> float:
    """Seconds the server asked to wait; 0 when it did not say, or said it as a date."""
    try:
        return max(0.0, float(reply.headers.get("retry-after", "")))
    except ValueError:
        return 0.0
