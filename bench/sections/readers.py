"""readers: many readers of one kept answer at once, and a page of twenty tiles, on the deployed local stack."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import product
from statistics import median

import aiohttp

from belvedere_cli.deployment import Outputs
from bench.deployed import deployed
from bench.options import Options
from bench.report import Section, Table, number
from bench.timing import percentile

TITLE = "many readers of one kept answer at once, and a page of tiles, on the deployed local stack"
READERS = (1, 10, 50)
MANY = 50
ANSWERS_A_S, P95_S = 100.0, 1.0
SECONDS = 20
KEPT = "/dashboard/summary?preset=7d"
PAGE = (
    *(f"{path}?preset={preset}" for path, preset in product(
        ("/dashboard/summary", "/dashboard/class-overview"), ("24h", "7d", "30d", "90d"))),
    *(f"{path}?since={days}" for path, days in product(
        ("/api/metrics", "/api/activity/trends", "/api/activity/heatmap", "/api/metrics/hourly"), (7, 30, 90))),
)  # fmt: skip


@dataclass
class Heard:
    """Seconds that each answer took, how many were no answers, and how long it all went on."""

    waits: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0


def run(options: Options) -> Section:
    """The tiles while nothing but the usual functions is warm, then readers, the fewest first."""
    section, rows = Section("readers", TITLE), []
    with deployed() as (_, stack):
        first, again = (asyncio.run(_at(stack, _page)) for _ in range(2))
        for readers in READERS:
            heard = asyncio.run(_at(stack, _readers(readers, options.rounds(SECONDS))))
            rows.append([str(readers), *_told(heard)])
    section.at_least(f"answers a second to {MANY} readers", len(heard.waits) / heard.seconds, ANSWERS_A_S)
    section.at_most(f"p95 with {MANY} readers", percentile(heard.waits, 0.95), P95_S, " s")
    section.at_most(f"errors with {MANY} readers", heard.errors, 0)
    for name, tiles in (("at once after `up`", first), ("again", again)):
        section.told(f"a page of {len(tiles.waits)} tiles {name}, the last tile", max(tiles.waits), " s")
        section.told(f"a page of {len(tiles.waits)} tiles {name}, the median tile", median(tiles.waits), " s")
    section.tables.append(Table(f"GET {KEPT}", ("readers", "answers/s", "p50 s", "p95 s", "p99 s", "errors"), rows))
    section.notes.append("Readers, emulator and functions share this machine's cores with whatever else runs.")
    return section


async def _at(stack: Outputs, work: Callable[[aiohttp.ClientSession, Heard], Awaitable[None]]) -> Heard:
    """What a piece of work at a stack came to."""
    heard, headers = Heard(), {"X-API-Key": stack.read_key}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(stack.url, connector=connector, headers=headers) as session:
        started = time.perf_counter()
        await work(session, heard)
        heard.seconds = time.perf_counter() - started
    return heard


async def _page(session: aiohttp.ClientSession, heard: Heard) -> None:
    await asyncio.gather(*(_ask(session, path, heard) for path in PAGE))


def _readers(count: int, seconds: float) -> Callable[[aiohttp.ClientSession, Heard], Awaitable[None]]:
    async def reader(session: aiohttp.ClientSession, heard: Heard) -> None:
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            await _ask(session, KEPT, heard)

    async def readers(session: aiohttp.ClientSession, heard: Heard) -> None:
        await asyncio.gather(*(reader(session, heard) for _ in range(count)))

    return readers


async def _ask(session: aiohttp.ClientSession, path: str, heard: Heard) -> None:
    started = time.perf_counter()
    async with session.get(path) as answer:
        await answer.read()
        heard.errors += answer.status != 200
    heard.waits.append(time.perf_counter() - started)


def _told(heard: Heard) -> list[str]:
    rate = len(heard.waits) / heard.seconds
    return [*map(number, (rate, *(percentile(heard.waits, q) for q in (0.5, 0.95, 0.99)))), str(heard.errors)]
