"""One request and what becomes of it: its identity, its clock, its caller and its measured work."""

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from belvedere import deadline
from belvedere.auth.caller import Caller
from belvedere.storage.meter import Meter

if TYPE_CHECKING:
    from belvedere.limits.limiter import CountedRequest

_SANE_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")


@dataclass(slots=True)
class Exchange:
    """What is known of the request in hand; filled in as it passes through the pipeline."""

    request_id: str
    method: str
    path: str
    headers: Mapping[str, str]
    through_lambda: bool
    memory_mb: int
    seconds: float | None  # that the answer may take
    aws_request_id: str | None
    address: str = ""
    caller: Caller | None = None
    counted: "CountedRequest | None" = None  # where the endpoint is limited
    response_headers: dict[str, str] = field(default_factory=dict)  # of any answer, whatever it will be
    error: Exception | None = None
    meter: Meter = field(default_factory=Meter)
    stages: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request came in."""
        return (time.perf_counter() - self.started) * 1000


_current: ContextVar[Exchange | None] = ContextVar("belvedere_exchange", default=None)


@contextmanager
def begin(scope: Mapping[str, Any]) -> Iterator[Exchange]:
    """Start an exchange for an ASGI scope and make it the current one."""
    event, context = scope.get("aws.event"), scope.get("aws.context")
    # ASGI's names are in small letters already; of a header that comes twice, the first counts
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    exchange = Exchange(
        request_id=request_id(headers.get("x-request-id"), event),
        method=scope["method"],
        path=scope["path"],
        headers=headers,
        through_lambda=event is not None,
        memory_mb=int(getattr(context, "memory_limit_in_mb", 0) or 0),
        seconds=deadline.to_answer(context),
        aws_request_id=getattr(context, "aws_request_id", None),
        address=str((scope.get("client") or ("unknown",))[0]),  # what the network says
    )
    token = _current.set(exchange)
    try:
        yield exchange
    finally:
        _current.reset(token)


def current_method() -> str | None:
    """The method of the request in hand; None outside a request."""
    exchange = _current.get()
    return exchange.method if exchange else None


def identified(caller: Caller) -> None:
    """Say who the request in hand turned out to be from, where the pipeline was not told to find out."""
    if (exchange := _current.get()) is not None:
        exchange.caller = caller


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time a named part of the work; it shows in `Server-Timing`. Outside a request it does nothing."""
    exchange, started = _current.get(), time.perf_counter()
    try:
        yield
    finally:
        if exchange is not None:
            spent = (time.perf_counter() - started) * 1000
            exchange.stages[name] = exchange.stages.get(name, 0.0) + spent


def request_id(offered: str | None, event: Mapping[str, Any] | None) -> str:
    """The caller's own id when it is harmless, else API Gateway's, else a new one."""
    gateway = ((event or {}).get("requestContext") or {}).get("requestId")
    for candidate in (offered, gateway):
        if isinstance(candidate, str) and _SANE_ID.fullmatch(candidate):
            return candidate
    return uuid.uuid4().hex
