"""What GitHub's answers mean: where the next page is, how long to wait, and why there is nothing."""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec

from belvedere_cli.sending.event_wire import HttpReply

NEXT = re.compile(r"<([^>]+)>\s*;[^,]*\brel=\"?next\"?")
SECONDARY_WAIT_S = 60.0  # where a secondary limit does not say how long


def next_page(reply: HttpReply) -> str | None:
    """The address of the page behind this one."""
    match = NEXT.search(reply.headers.get("link", ""))
    return match[1] if match else None


def limited_s(reply: HttpReply, now: float, before: int) -> float | None:
    """Seconds to wait for a rate limit; None where the answer is not about one. `before`: limits met in a row."""
    if reply.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        return None
    after, reset = _number(reply, "retry-after"), _number(reply, "x-ratelimit-reset")
    if after is not None:
        return after
    if reply.headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(1.0, reset - now + 1.0)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or "rate limit" in said(reply).lower():
        return SECONDARY_WAIT_S * 2.0**before
    return None


def refusal(url: str, reply: HttpReply) -> str:
    """Why GitHub does not answer, for the person who asked."""
    path = urlsplit(url).path
    if reply.status == HTTPStatus.UNAUTHORIZED:
        return (
            "GitHub does not take this token (401); give a valid one as GITHUB_TOKEN, or none for public repositories"
        )
    if reply.status == HTTPStatus.NOT_FOUND:
        return f"GitHub has no {path}, or not for this token (404)"
    return f"GitHub answers {path} with {reply.status}: {said(reply)}"


def said(reply: HttpReply) -> str:
    """The message of an error."""
    try:
        return str(msgspec.json.decode(reply.body)["message"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return "no reason given"


def _number(reply: HttpReply, header: str) -> float | None:
    try:
        return max(0.0, float(reply.headers.get(header, "")))
    except ValueError:
        return None
