"""Passes an HTTP request on and its answer back, chunk by chunk: a server-sent event arrives when it is sent."""

import asyncio
import logging
import time
from collections.abc import Collection

from aiohttp import ClientError, ClientPayloadError, ClientResponse, ClientSession, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from infra.local.front_door import event_stream, files, gateway
from infra.local.front_door.problems import problem

logger = logging.getLogger(__name__)

# They concern one connection, not the message (RFC 9110, 7.6.1); Expect is answered by this server.
HOP_BY_HOP = {
    "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
MOST_SAID = 1_000  # letters of the gateway's own words that are worth a log line
TOO_LONG = "the answer takes longer than a request may; ask for less at once, such as a shorter range"
OF_GATEWAY = {
    413: "the request is larger than a function can be handed",
    429: "too many requests are being answered; try again in a moment",
    500: "the function failed before it could answer; its log tells why",
    502: "the function failed before it could answer; its log tells why",
    503: "the function cannot be started now; try again in a moment",
}
AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


async def pass_on(
    request: web.Request, upstream: str, session: ClientSession, origins: Collection[str] = ()
) -> web.StreamResponse:
    """The upstream's answer to this request; 503 in the error envelope when there is no upstream.

    `origins` are those whose pages the upstream lets read; none is everybody.
    """
    if gateway.cut_off(request.raw_path):
        return problem(400, gateway.CUT)
    headers = forwarded(request)
    body = await _body(request)
    if body is None or gateway.event_bytes(headers, request.raw_path, body) > gateway.EVENT_BYTES:
        return problem(413, gateway.MANY)
    allowed = event_stream.allowance(request, origins) if event_stream.is_stream(request) else None
    if allowed is not None:
        headers.popall("Accept-Encoding", None)  # a stream may begin before its answer can say how it is encoded
    answering = asyncio.ensure_future(_ask(request, upstream, session, headers, body))
    if allowed is not None and not await event_stream.answers_soon(answering):
        return await event_stream.begin(request, answering, allowed)
    try:
        answer = await answering
    except (ClientError, OSError) as error:
        logger.warning("%s %s: %s", request.method, request.path, type(error).__name__)  # a text may hold the query
        return problem(503, "the API does not answer; `make status` tells what runs")
    async with answer:
        if answer.status >= 400 and "X-Request-ID" not in answer.headers:
            return await _in_our_form(request, answer)
        return await _relay(request, answer, upstream)


async def _body(request: web.Request) -> bytes | None:
    """The body of a request, as it was sent; None when it is too long for any event."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > gateway.EVENT_BYTES:
            return None
    return bytes(body)


async def _in_our_form(request: web.Request, answer: ClientResponse) -> web.Response:
    """The error envelope for what the gateway says in a function's place: it timed out, died, or was too much."""
    said = (await answer.content.read(MOST_SAID)).decode("utf-8", "replace")
    logger.warning("%s %s: the gateway answers %s %s", request.method, request.path, answer.status, said)
    if "timed out" in said:
        return problem(504, TOO_LONG)
    return problem(answer.status, OF_GATEWAY.get(answer.status, "the request did not come through to an answer"))


async def _ask(
    request: web.Request, upstream: str, session: ClientSession, headers: CIMultiDict[str], body: bytes
) -> ClientResponse:
    own = files.place(request, upstream) if files.is_file(request) else upstream.rstrip("/") + request.raw_path
    return await session.request(
        request.method,
        URL(own, encoded=True),  # path and query exactly as they came
        headers=headers,
        data=body or None,
        allow_redirects=False,
        skip_auto_headers=AUTOMATIC,
    )


async def _relay(request: web.Request, answer: ClientResponse, upstream: str) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    response.headers.extend(end_to_end(answer.headers))
    if location := answer.headers.get("Location"):
        response.headers["Location"] = files.at_the_door(location, upstream, time.time())
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
    except ClientPayloadError as error:  # the upstream broke off, and so must we: half an answer is not an answer
        logger.warning("%s %s broke off: %s", request.method, request.path, type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """The headers of a message without those of its connection."""
    named = {name.strip().lower() for value in headers.getall("Connection", []) for name in value.split(",")}
    passed = CIMultiDict(headers)
    for name in HOP_BY_HOP | named:
        passed.popall(name, None)
    return passed


def forwarded(request: web.Request) -> CIMultiDict[str]:
    """The request's headers for the upstream, with where it came from."""
    headers = end_to_end(request.headers)
    headers.popall("Host", None)
    before = request.headers.get("X-Forwarded-For")
    headers["X-Forwarded-For"] = f"{before}, {request.remote}" if before else str(request.remote)
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    _keep_binary(headers)
    return headers


def _keep_binary(headers: CIMultiDict[str]) -> None:
    """Name a compressed JSON body so that the emulator hands it on unharmed.

    AWS is understood to pass a body with a Content-Encoding on as base64 (as its load balancers document it); the
    emulator goes by the content type alone, and would decode compressed JSON as text. With the suffix `+json` it is
    still JSON to whoever reads it.
    """
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if headers.get("Content-Encoding", "identity").lower() != "identity" and kind == "application/json":
        headers["Content-Type"] = "application/gzip+json"
