"""The pull requests, reviews and commits of a repository on GitHub, as events."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.display import Display, display_for
from belvedere_cli.imports.github_client import GitHubClient, checked_api_url, http_fetch
from belvedere_cli.imports.github_repository import RepositoryImport
from belvedere_cli.imports.github_state import GitHubState, StateFile
from belvedere_cli.imports.job import Account
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.repo import slug_of_remote
from belvedere_cli.imports.session import ImportSession, summed_up
from belvedere_cli.sending.event_client import EventClient
from belvedere_cli.sending.event_target import Target, http_transport
from belvedere_cli.sending.event_wire import Refused

GITHUB = "github"
TOKEN = re.compile(r"[\x21-\x7e]+")
OWNER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


class Named(msgspec.Struct):
    """A repository; its name as GitHub writes it, whatever was typed and whatever it was called before."""

    full_name: str


async def send(source: str, session: ImportSession, **options: Any) -> ImportCounts:
    """Send what GitHub tells of a repository."""
    display, counts = display_for(session.console, 1), ImportCounts()
    with summed_up(f"{source} ({GITHUB})", counts), display:
        async with http_transport(session.target) as transport:
            client = EventClient(transport, session.target.key, on_retry=display.retrying)
            await import_repository(
                source, client, session.target, counts, display,
                state_dir=session.state_dir, restart=session.restart, **options,
            )  # fmt: skip
    return counts


async def import_repository(
    source: str, client: EventClient, target: Target, tally: ImportCounts, display: Display, *, state_dir: Path,
    restart: bool = False, token: str | None = None, api_url: str | None = None, since: date | None = None,
    no_reviews: bool = False, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:  # fmt: skip
    """Send what GitHub tells of `owner/name` that is not acknowledged yet. Raises UsageError, DeliveryError."""
    name, api_url = _repository_name(source), checked_api_url(api_url)

    def waiting(why: str, wait_s: float) -> None:
        display.note(f"{why}; asking GitHub again in {wait_s:,.1f} s")

    async with http_fetch() as fetch:
        hub = GitHubClient(fetch, api_url, github_token(token), sleep=sleep, on_wait=waiting)
        repo = _named((await hub.get(f"{api_url}/repos/{name}")).body)
        file = StateFile.of(state_dir, api_url, repo, since, no_reviews, target.fingerprint)
        state = GitHubState() if restart else file.load()
        begin = datetime.combine(since, datetime.min.time(), UTC) if since else None
        job = RepositoryImport(repo, hub, client, Account(tally, display), state, file, begin)
        await job.pull_requests()
        if not no_reviews:
            await job.reviews()
        await job.commits()
    if not tally.rows:
        display.note(f"{repo}: nothing has changed")


def _repository_name(source: str) -> str:
    """`owner/name`, also of an address. Raises UsageError."""
    name = slug_of_remote(source) or source.strip("/")
    if not OWNER_NAME.fullmatch(name):
        raise UsageError(f"{source!r} is no repository on GitHub; give owner/name")
    return name


def _named(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Named).full_name
    except msgspec.MsgspecError as error:
        raise Refused(f"GitHub's answer is no repository: {error}; is the address that of an API?") from None


def github_token(token: str | None) -> str | None:
    """The token that was given, or the environment's. Raises UsageError, which does not repeat it."""
    token = (token or os.environ.get("GITHUB_TOKEN") or "").strip()
    if token and not TOKEN.fullmatch(token):
        raise UsageError("the token of GitHub holds characters that no token has")
    return token or None
