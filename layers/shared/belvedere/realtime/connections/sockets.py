"""The frame of the WebSocket functions: an event of API Gateway becomes a `SocketCall`, an exception becomes a refusal.

    route = SocketRoute("realtime.connect", OPENING)

    @route.serves
    async def connect(call: SocketCall) -> Mapping[str, Any] | None: ...

    handler = route.handler

What a function returns is sent back over the connection. An opening that is refused is told by its status, a message by
an `error` frame: the connection stays.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from belvedere.clock import now_ms
from belvedere.error_mapping import envelope, map_error
from belvedere.errors import BelvedereError, Invalid
from belvedere.observability import first_call, is_warm_up, logger
from belvedere.realtime.connections.protocol import error_frame
from belvedere.storage.meter import metered
from belvedere.usage.measure import count_job
from belvedere.warm_up import warm_up

OPENING, MESSAGE, CLOSING = "CONNECT", "MESSAGE", "DISCONNECT"


@dataclass
class SocketCall:
    """One call of API Gateway: which connection, and what came with it. The function fills in the `workspace`."""

    connection: str
    kind: str
    headers: dict[str, str]
    query: dict[str, str]
    body: str
    source_ip: str
    request_id: str = ""
    now: int = field(default_factory=now_ms)
    workspace: str | None = None

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "SocketCall":
        """The call that an event is."""
        context = event["requestContext"]
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        query = dict(event.get("queryStringParameters") or {})
        address = str((context.get("identity") or {}).get("sourceIp", ""))
        body, request_id = event.get("body") or "", str(context.get("requestId", ""))
        return cls(context["connectionId"], context["eventType"], headers, query, body, address, request_id)

    @property
    def query_string(self) -> str:
        """The query as text."""
        return urlencode(self.query)


SocketFunction = Callable[[SocketCall], Awaitable[Mapping[str, Any] | None]]


class SocketRoute:
    """One route of the WebSocket API, for calls of one kind: no message can pass for an opening or a closing."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self._kind = kind
        self._function: SocketFunction | None = None

    def serves(self, function: SocketFunction) -> SocketFunction:
        """Let a function answer this route."""
        self._function = function
        return function

    def handler(self, event: Any, context: Any) -> dict[str, Any]:
        """Lambda entry point."""
        if is_warm_up(event):
            return warm_up(self.name, checks_tokens=self._kind != CLOSING)
        assert self._function is not None, f"{self.name}: a route needs a function"
        call, started, error = SocketCall.of(event), time.perf_counter(), None
        with metered() as meter:
            try:
                if call.kind != self._kind:
                    raise Invalid("route: leave it out; a message is told by its type")
                said = asyncio.run(_call(self._function, call))
                answer: dict[str, Any] = {"statusCode": 200, "body": orjson.dumps(said).decode() if said else ""}
            except Exception as caught:
                error = map_error(caught)
                answer = refusal(error, call)
                if error.status >= 500:
                    logger().exception("socket call failed", function=self.name)
        self._record(call, answer["statusCode"] if error is None else error.status, started, meter, context)
        return answer

    def _record(self, call: SocketCall, status: int, started: float, meter: Any, context: Any) -> None:
        ms = (time.perf_counter() - started) * 1000
        logger().info(
            "socket", function=self.name, kind=call.kind, status=status, ms=round(ms, 2), workspace=call.workspace,
            read_units=meter.read_units, write_units=meter.write_units, cold_start=first_call(),
        )  # fmt: skip
        if call.workspace:
            memory_mb = int(getattr(context, "memory_limit_in_mb", 0) or 0)
            count_job(self.name, {call.workspace: {"messages": 1}}, meter, ms=ms, memory_mb=memory_mb)


async def _call(function: SocketFunction, call: SocketCall) -> Mapping[str, Any] | None:
    return await function(call)


def refusal(error: BelvedereError, call: SocketCall) -> dict[str, Any]:
    """An opening is refused as a request is, by its status and in the envelope; a message is answered, and the
    connection stays."""
    if call.kind == OPENING:
        body = envelope(error, request_id=call.request_id, at_ms=call.now)
        headers = {**error.headers, "X-Request-ID": call.request_id}
        return {"statusCode": error.status, "headers": headers, "body": orjson.dumps(body).decode()}
    frame = error_frame(error, call.now)
    if reply_to := _id_of(call.body):
        frame["id"] = reply_to
    return {"statusCode": 200, "body": orjson.dumps(frame).decode()}


def _id_of(body: str) -> Any:
    """The id of the frame that is answered, where it can be read."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    content = content.get("id") if isinstance(content, dict) else None
    return content if isinstance(content, int | str) and len(str(content)) <= 200 else None
