"""Lets whoever exports have their file at the front door: a link of the emulator's S3 becomes one of the door's own.

On AWS such a link leads to S3 itself. Here it would lead to the emulator's port, which pages may not ask and which need
not be reachable. The emulator takes links without a valid signature, and old ones; so the door marks those that it
hands out, and takes no others: files of export jobs, as long as their link lasts.
"""

import hmac
import re
import secrets
import time
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from aiohttp import web

PREFIX = "/_files"
_SECRET = secrets.token_bytes(32)  # of this process: links last a quarter of an hour, and a new one is soon had
_FILE = re.compile(
    rf"{PREFIX}/[a-z0-9.-]*exportbucket[a-z0-9-]*/[^/?]+/exp_[0-9a-f]{{24}}/\d+/file/[^/?]+\?[^?]+", re.ASCII
)
_MARKED = re.compile(r"(?P<link>.+)&door-expires=(?P<expires>\d{1,12})&door-mark=(?P<mark>[0-9a-f]{64})", re.ASCII)


def is_file(request: web.Request) -> bool:
    """Does this ask for an exported file, by a link of this door?"""
    return request.method in ("GET", "HEAD") and opens(request.raw_path, time.time())


def opens(raw_path: str, now_s: float) -> bool:
    """Did this door hand out the link, and does it still last?"""
    marked = _MARKED.fullmatch(raw_path)
    if marked is None or not _FILE.fullmatch(marked["link"]):
        return False
    expires = int(marked["expires"])
    return hmac.compare_digest(_mark(marked["link"], expires), marked["mark"]) and now_s < expires


def at_the_door(location: str, upstream: str, now_s: float) -> str:
    """A redirection to an exported file as one to the door, for as long as the link says; any other as it is."""
    target, emulator = urlsplit(location), urlsplit(upstream)
    link = f"{PREFIX}{target.path}?{target.query}"
    lasts = parse_qs(target.query).get("X-Amz-Expires", [""])[-1]
    there = (target.scheme, target.netloc) == (emulator.scheme, emulator.netloc)
    if not there or not _FILE.fullmatch(link) or not re.fullmatch(r"\d{1,6}", lasts, re.ASCII):
        return location
    expires = int(now_s) + int(lasts)
    return f"{link}&door-expires={expires}&door-mark={_mark(link, expires)}"


def place(request: web.Request, upstream: str) -> str:
    """Where the emulator has the file."""
    emulator, marked = urlsplit(upstream), _MARKED.fullmatch(request.raw_path)
    link = marked["link"] if marked else request.raw_path
    return f"{emulator.scheme}://{emulator.netloc}{link.removeprefix(PREFIX)}"


def _mark(link: str, expires: int) -> str:
    """The same however a client that follows the link escapes it."""
    path, _, query = link.partition("?")
    said = repr((expires, unquote(path), parse_qsl(query, keep_blank_values=True)))
    return hmac.new(_SECRET, said.encode(), sha256).hexdigest()
