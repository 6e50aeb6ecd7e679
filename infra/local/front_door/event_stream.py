"""Begins an event stream at once: its headers and a comment leave while the function still waits for what happens.

A Lambda's answer comes whole, so that without this a client hears nothing for as long as a function may hold it.
Refusals come quickly, and are waited for; what fails later is an `error` event. A page of another origin waits, since
only the API knows whether it may read.
"""

import asyncio
import json

from aiohttp import ClientError, ClientResponse, web

PATHS = ("/dashboard/stream", "/api/v1/dashboard/realtime/events")
MEDIA_TYPE = "text/event-stream"
REFUSALS_S = 0.3  # a function that is there already refuses within this time
OPENING = b": the stream is open\n\n"
GONE = json.dumps({"error": "Service unavailable", "code": "SERVICE_UNAVAILABLE"}).encode()


def is_stream(request: web.Request) -> bool:
    """Does this ask for a stream that may begin before its function has answered?"""
    own = f"{request.scheme}://{request.host}"
    return request.method == "GET" and request.path in PATHS and request.headers.get("Origin", own) == own


async def answers_soon(answering: "asyncio.Task[ClientResponse]") -> bool:
    """Wait a little for the function's answer; has it come?"""
    return bool((await asyncio.wait({answering}, timeout=REFUSALS_S))[0])


async def begin(request: web.Request, answering: "asyncio.Task[ClientResponse]") -> web.StreamResponse:
    """Open the stream now, and pass on what the function answers when it does."""
    response = web.StreamResponse(headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"})
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
