"""Passes an HTTP request on and its answer back, chunk by chunk, so that a server-sent event arrives when it is sent."""

import logging

from aiohttp import ClientError, ClientSession, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from infra.local.problems import problem

logger = logging.getLogger(__name__)

# They concern one connection, not the message (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer")
    + ("transfer-encoding", "upgrade")
)
AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


async def pass_on(request: web.Request, upstream: str, session: ClientSession) -> web.StreamResponse:
    """The upstream's answer to this request; 503 in the error envelope when there is no upstream."""
    url = URL(upstream.rstrip("/") + request.raw_path, encoded=True)  # path and query exactly as they came
    body = request.content if request.can_read_body else None
    try:
        async with session.request(
            request.method,
            url,
            headers=forwarded(request),
            data=body,
            allow_redirects=False,
            skip_auto_headers=AUTOMATIC,
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            response.headers.extend(end_to_end(answer.headers))
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response
    except ClientError as error:
        logger.warning("%s %s: %s", request.method, request.path, error)
        if (begun := request.get("begun")) is not None:
            return begun  # type: ignore[no-any-return]
        return problem(503, "the API does not answer; `make status` tells what runs")


def end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """The headers of a message without those of its connection."""
    named = {name.strip().lower() for value in headers.getall("Connection", []) for name in value.split(",")}
    kept = CIMultiDict(headers)
    for name in HOP_BY_HOP | named:
        kept.popall(name, None)
    return kept


def forwarded(request: web.Request) -> CIMultiDict[str]:
    """The request's headers for the upstream, with where it came from."""
    headers = end_to_end(request.headers)
    headers.popall("Host", None)
    before = request.headers.get("X-Forwarded-For")
    headers["X-Forwarded-For"] = f"{before}, {request.remote}" if before else str(request.remote)
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers
