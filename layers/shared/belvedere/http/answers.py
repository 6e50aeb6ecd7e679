"""Finished answers: bytes made once, a weak ETag over the part that means something, gzip, 304."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

GZIP_LEVEL = 5
ETAG_DIGITS = 16
_COMPRESSIBLE = ("application/json", "application/x-ndjson", "application/javascript", "text/", "image/svg")
_BODY_HEADERS = ("content-type", "content-length", "content-encoding")


@dataclass(slots=True)
class FinishedAnswer:
    """A whole answer, held until its headers are final."""

    status: int
    headers: MutableHeaders
    body: bytes

    async def send(self, send: Send) -> None:
        """Hand it to the server."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers.raw})
        await send({"type": "http.response.body", "body": self.body})


class Capture:
    """The `send` of an application whose answer is to be finished before it leaves."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._chunks: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self._chunks.append(message.get("body", b""))

    def answer(self) -> FinishedAnswer:
        """What the application has answered."""
        return FinishedAnswer(self._status, MutableHeaders(raw=self._headers), b"".join(self._chunks))


def encode(payload: Any) -> bytes:
    """JSON bytes of plain data, dataclasses and msgspec structs; bytes are taken as finished."""
    if isinstance(payload, bytes):
        return payload
    return orjson.dumps(payload, default=msgspec.to_builtins)


def weak_etag(etag_source: Any) -> str:
    """The same tag for the same meaning, whatever the order of keys.

    SHA-256, because processors have instructions for it: more than twice as fast as BLAKE2 on a large answer.
    """
    content = (
        etag_source
        if isinstance(etag_source, bytes)
        else orjson.dumps(etag_source, default=msgspec.to_builtins, option=orjson.OPT_SORT_KEYS)
    )
    return f'W/"{hashlib.sha256(content).hexdigest()[:ETAG_DIGITS]}"'


def not_modified(request: Mapping[str, str], method: str, answer: FinishedAnswer) -> bool:
    """True when the caller already has this answer (weak comparison, RFC 9110 13.1.2)."""
    etag, wanted = answer.headers.get("etag"), request.get("if-none-match")
    if method not in ("GET", "HEAD") or answer.status != 200 or not etag or not wanted:
        return False
    held = [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
    return wanted.strip() == "*" or etag.removeprefix("W/") in held


def strip_body(answer: FinishedAnswer) -> None:
    """Make it a 304: no body, and no header that describes one."""
    answer.status, answer.body = 304, b""
    for name in _BODY_HEADERS:
        if name in answer.headers:
            del answer.headers[name]


def compress(request: Mapping[str, str], answer: FinishedAnswer, least: int) -> None:
    """Gzip a body that gains by it, of `least` bytes or more, for a caller that takes it."""
    compressible = answer.headers.get("content-type", "").startswith(_COMPRESSIBLE)
    if not compressible or "content-encoding" in answer.headers:
        return
    answer.headers.add_vary_header("Accept-Encoding")
    if len(answer.body) >= least and _takes_gzip(request.get("accept-encoding", "")):
        answer.body = gzip.compress(answer.body, compresslevel=GZIP_LEVEL, mtime=0)
        answer.headers["content-encoding"] = "gzip"
        answer.headers["content-length"] = str(len(answer.body))


def _takes_gzip(accepted: str) -> bool:
    """RFC 9110 12.5.3: gzip named (or `*`) with a quality that is not zero."""
    qualities: dict[str, float] = {}
    for entry in accepted.lower().split(","):
        coding, _, parameter = entry.partition(";")
        qualities[coding.strip()] = _quality(parameter)
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
