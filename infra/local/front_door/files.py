"""Lets whoever exports have their file at the front door: a link of the emulator's S3 becomes one of the door's own.

On AWS such a link leads to S3 itself. Here it would lead to the emulator's port, which pages may not ask and which need
not be reachable. Only files of the export bucket pass, and only by a link that is signed.
"""

import re
from urllib.parse import urlsplit

from aiohttp import web

PREFIX = "/_files"
_EXPORTED = re.compile(rf"{PREFIX}/[a-z0-9.-]*exportbucket[a-z0-9-]*/[^?]+\?(?:.*&)?X-Amz-Signature=.+")


def is_file(request: web.Request) -> bool:
    """Does this ask for an exported file?"""
    return request.method in ("GET", "HEAD") and bool(_EXPORTED.fullmatch(request.raw_path))


def at_the_door(location: str, upstream: str) -> str:
    """A redirection to the emulator as one to the door; any other as it is."""
    target, emulator = urlsplit(location), urlsplit(upstream)
    own = f"{PREFIX}{target.path}?{target.query}"
    there = (target.scheme, target.netloc) == (emulator.scheme, emulator.netloc)
    return own if there and _EXPORTED.fullmatch(own) else location


def place(request: web.Request, upstream: str) -> str:
    """Where the emulator has the file."""
    emulator = urlsplit(upstream)
    return f"{emulator.scheme}://{emulator.netloc}{request.raw_path.removeprefix(PREFIX)}"
