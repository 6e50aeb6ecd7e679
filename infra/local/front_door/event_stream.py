"""Begins an event stream at once: its headers and a comment leave while the function still waits for what happens.

A Lambda's answer comes whole, so that without this a client hears nothing for as long as a function may hold it.
Refusals come quickly, and are waited for; what fails later is an `error` event. A page of another origin is let read it
as the API would let it, by the same setting; one that may not waits for the API to say so.
"""

import asyncio
import json
from collections.abc import Collection, Mapping

from aiohttp import ClientError, ClientResponse, web

PATHS = ("/dashboard/stream", "/api/v1/dashboard/realtime/events")
MEDIA_TYPE = "text/event-stream"
REFUSALS_S = 0.3  # a function that is there already refuses within this time
OPENING = b": the stream is open\n\n"
GONE = json.dumps({"error": "Service unavailable", "code": "SERVICE_UNAVAILABLE"}).encode()


def is_stream(request: web.Request) -> bool:
    """Does this ask for a stream?"""
    return request.method == "GET" and request.path in PATHS


def allowance(request: web.Request, origins: Collection[str]) -> Mapping[str, str] | None:
    """The headers with which the asking page may read; None where it may not.

    `origins` are those that the API allows, `*` or none of them everybody.
    """
    own = f"{request.scheme}://{request.host}"
    origin = request.headers.get("Origin", own)
    if origin == own:
        return {}
    if not origins or "*" in origins:
        return {"Access-Control-Allow-Origin": "*"}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin in origins else None


async def answers_soon(answering: "asyncio.Task[ClientResponse]") -> bool:
    """Wait a little for the function's answer; has it come?"""
    return bool((await asyncio.wait({answering}, timeout=REFUSALS_S))[0])


async def begin(
    request: web.Request, answering: "asyncio.Task[ClientResponse]", allowed: Mapping[str, str]
) -> web.StreamResponse:
    """Open the stream now, with the headers of `allowance`, and pass on what the function answers when it does."""
    response = web.StreamResponse(headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **allowed})
    await response.prepare(request)
    await response.write(OPENING)
    try:
        async with await answering as answer:
            await response.write(await _events(answer))
    except (ClientError, OSError):
        await response.write(_failure(GONE))
    finally:
        answering.cancel()
    await response.write_eof()
    return response


async def _events(answer: ClientResponse) -> bytes:
    body = await answer.read()
    if answer.content_type == MEDIA_TYPE:
        return body
    return _failure(body if answer.content_type == "application/json" else GONE)


def _failure(body: bytes) -> bytes:
    """An error answer as an event: JSON on one line."""
    return b"event: error\ndata: " + b" ".join(body.split()) + b"\n\n"
