"""A real browser's EventSource, left alone on a page of another origin: every change once."""

import asyncio
import json
import random
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from belvedere.clock import now_ms
from tests.worlds.served import interaction
from tests.worlds.site import PATIENCE_S, Site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LISTENING_S = 30
PAGE = """<script>
const source = new EventSource(%s);
const tell = (what) => fetch("/told", {method: "POST", keepalive: true, body: JSON.stringify(what)});
source.onopen = () => tell({opened: true});
source.addEventListener("heartbeat", (event) => tell({id: event.lastEventId}));
source.addEventListener("dashboard_update", (event) => tell({id: event.lastEventId, data: JSON.parse(event.data)}));
</script>"""


@dataclass
class Page:
    """A page that listens, and what it has told."""

    source: str
    opened: int = 0
    events: list[str] = field(default_factory=list)

    async def shown(self, _: web.Request) -> web.Response:
        return web.Response(text=PAGE % json.dumps(self.source), content_type="text/html")

    async def told(self, request: web.Request) -> web.Response:
        what: dict[str, Any] = await request.json()
        self.opened += what.get("opened", False)
        self.events += [one["id"] for one in what.get("data", {}).get("events", ())]
        return web.Response()

    async def until(self, enough: Any) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not enough():
                await asyncio.sleep(0.1)


def browser_path() -> str:
    """A browser of this machine that starts; where only its name is there, as on some systems, it is none."""
    paths = [path for name in BROWSERS if (path := shutil.which(name))]
    checks = (subprocess.run([path, "--version"], capture_output=True, check=False) for path in paths)
    path = next((path for path, check in zip(paths, checks, strict=True) if check.returncode == 0), None)
    return path or pytest.fail("no Chromium on this machine: `make test` installs it, or says how", pytrace=False)


@asynccontextmanager
async def shown(page: Page, profile: Path) -> AsyncIterator[None]:
    """The page, in a browser."""
    app = web.Application()
    app.add_routes([web.get("/", page.shown), web.post("/told", page.told)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        *QUIET,
        f"--user-data-dir={profile}",
    )
    silent = asyncio.subprocess.DEVNULL
    browser = await asyncio.create_subprocess_exec(
        browser_path(), *flags, f"http://127.0.0.1:{port}/", stdout=silent, stderr=silent
    )
    try:
        yield
    finally:
        browser.terminate()
        await browser.wait()
        await runner.cleanup()


async def test_a_browsers_event_source_left_alone_gets_every_change_once(site: Site, tmp_path: Path) -> None:
    chance, sent = random.Random(4), list[str]()
    page = Page(f"{site.stack.url}/dashboard/stream?token={site.key('browser', 'read')}")
    async with shown(page, tmp_path):
        await page.until(lambda: page.opened >= 2)  # it has come back once, and so has a cursor
        ends = now_ms() + LISTENING_S * 1000
        while now_ms() < ends:
            names = [f"browser-{len(sent) + n}" for n in range(chance.choice((1, 1, 2, 20)))]
            events = [interaction(name, now_ms(), "ada") for name in names]
            assert (await asyncio.to_thread(site.send, "browser", *events))["accepted"] == len(names)
            sent += names
            await asyncio.sleep(chance.choice((0.05, 0.3, 1.0, 3.0, 7.0)))
        await page.until(lambda: len(page.events) >= len(sent))
        await asyncio.sleep(2)
    assert sorted(page.events) == sorted(sent)
    assert page.opened > 2
