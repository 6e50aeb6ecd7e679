"""Asks GitHub's REST API, as its guide for integrators has it: one request at a time, conditional, patient.

What may pass (no answer, 5xx) is tried again with jitter; a rate limit is waited out as long as GitHub says, within a
bound. The token goes to the API's own origin and nowhere else, whatever a `Link` or a redirect says.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.github_replies import limited_s, refusal
from belvedere_cli.sending.event_client import RetryPolicy
from belvedere_cli.sending.event_wire import HttpReply, Refused, Unreachable

API_URL = "https://api.github.com"
TIMEOUT = ClientTimeout(total=30)
HEADERS = {"Accept": "application/vnd.github+json", "User-Agent": "belvedere", "X-GitHub-Api-Version": "2022-11-28"}
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

MOST_REDIRECTS = 5
MOST_BYTES = 64 << 20  # of an answer, unpacked; a hundred pull requests with the longest of texts take half
MOST_LIMITS = 5  # rate limits in a row that one request waits out
LONGEST_WAIT_S = 3_900.0  # the limit of an hour, and some minutes for clocks that differ
PATIENCE = RetryPolicy(attempts=6, first_wait_s=1.0)

MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS)

Fetch = Callable[[str, Mapping[str, str]], Awaitable[HttpReply]]  # raises OSError when no answer came
OnWait = Callable[[str, float], None]


class Missing(Refused):
    """There is no such thing, or not for this token; of others that says nothing."""


@dataclass
class GitHubClient:
    """Gets one thing after the other from one API."""

    fetch: Fetch
    api_url: str = API_URL
    token: str | None = field(default=None, repr=False)
    policy: RetryPolicy = PATIENCE
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)
    clock: Callable[[], float] = time.time
    on_wait: OnWait = lambda _why, _wait_s: None

    async def get(self, url: str, etag: str | None = None, *, also: tuple[int, ...] = ()) -> HttpReply:
        """The answer of status 200, 304 (as its ETag has not changed) or one of `also`. Raises Refused, Unreachable."""
        for _ in range(MOST_REDIRECTS):
            reply = await self._patiently(url, etag)
            if reply.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, *also):
                return reply
            if reply.status not in (301, 302, 307, 308) or "location" not in reply.headers:
                raise (Missing if reply.status in MISSING else Refused)(refusal(url, reply))
            url = urljoin(url, reply.headers["location"])
        raise Refused(f"GitHub sends from one place to the next: {url}")

    async def _patiently(self, url: str, etag: str | None) -> HttpReply:
        """An answer that is no trouble of the moment."""
        attempts = limits = 0
        while True:
            reply, problem = await self._once(url, etag)
            if reply is None or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                attempts += 1
                wait_s = self.policy.wait_s(attempts, 0.0, self.rng)
                if attempts >= self.policy.attempts:
                    raise Unreachable(f"GitHub: gave up after {attempts} attempts: {problem}")
            elif (limited := limited_s(reply, self.clock(), limits)) is not None:
                limits += 1
                wait_s, problem = limited, "GitHub's rate limit is reached"
                if wait_s > LONGEST_WAIT_S or limits > MOST_LIMITS:
                    raise Unreachable(f"{problem}, for {wait_s / 60:,.0f} minutes more; run this again later")
            else:
                return reply
            self.on_wait(problem, wait_s)
            await self.sleep(wait_s)

    async def _once(self, url: str, etag: str | None) -> tuple[HttpReply | None, str]:
        """An answer, or none; and in words what is wrong with it if something is."""
        if origin(url) != origin(self.api_url):
            raise Refused(f"GitHub points to another host, which is not asked: {origin(url)}")
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"If-None-Match": etag} if etag else {}
        try:
            reply = await self.fetch(url, HEADERS | headers)
        except OSError as error:
            return None, str(error) or type(error).__name__
        return reply, f"HTTP {reply.status}"


def origin(url: str) -> str:
    """Scheme, host and port of an address, without what is there to sign in."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def checked_api_url(url: str | None) -> str:
    """An API's address; only one of this machine may be without encryption. Raises UsageError."""
    parts = urlsplit(url or API_URL)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise UsageError(f"--api-url must start with https://, not {url!r}")
    return (url or API_URL).rstrip("/")


async def _body(response: ClientResponse) -> bytes:
    """All of an answer. Raises Refused as soon as it is longer than any that is asked for."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused(f"GitHub's answer to {response.url.path} is longer than {MOST_BYTES >> 20} MiB")
    return bytes(body)


@asynccontextmanager
async def http_fetch() -> AsyncIterator[Fetch]:
    """Over real HTTP; redirects are left to whoever asks."""
    async with ClientSession(timeout=TIMEOUT) as session:

        async def fetch(url: str, headers: Mapping[str, str]) -> HttpReply:
            try:
                async with session.get(url, headers=headers, allow_redirects=False) as response:
                    names = {name.lower(): value for name, value in response.headers.items()}
                    return HttpReply(response.status, names, await _body(response))
            except TimeoutError as error:
                raise OSError(f"no answer from {origin(url)} in time") from error
            except ClientError as error:
                raise OSError(f"{origin(url)}: {error or type(error).__name__}") from error

        yield fetch
