"""live: from an acknowledged write to the message at WebSocket clients of the deployed local stack, hop by hop."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import aiohttp

from belvedere.clock import iso_ms, now_ms, to_ms
from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from bench.deployed import deployed
from bench.options import Options
from bench.report import Section, Table, number
from bench.timing import percentile
from infra.local.settings import LocalSettings

TITLE = "from an acknowledged write to the message at WebSocket clients, on the deployed local stack; seconds"
TARGET_S = 2.0
AUDIENCES = (1, 500)
PROBES = 20
A_KEY = 10  # connections that one caller may hold
AT_ONCE = 10
GIVE_UP_S = 60.0
NOTES = (
    "The clients, the emulator, the functions and the tables share this machine's cores with whatever else runs.",
    "A hop below 0: the fold was faster than the answer to the write. Each of 500 clients is waited for.",
    "The emulator runs one `$connect` at a time; AWS as many as come. The first connection waits for cold functions.",
)
HOPS = ("connections", "write answered to log", "log to push", "push to client")
OPENINGS = ("connections", "s for all", "handshake", "greeting", "present state")


@dataclass
class Heard:
    """When each change arrived, by client; and when the log and the push had it (epoch ms), by change."""

    arrived: dict[str, list[int]] = field(default_factory=dict)
    pushed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Seconds that each client waited for each change; the hops, and the steps of opening, in ms each time; and the
    seconds until all connections were open."""

    waits: list[float]
    hops: list[list[float]]
    opened_s: float
    openings: list[list[float]]


def run(options: Options) -> Section:
    """One event after another, each timed until every client has it."""
    section = Section("live", TITLE)
    hops, openings = [], []
    with deployed() as (settings, stack):
        _enter(stack)
        for size in AUDIENCES:
            measured = asyncio.run(_audience(settings, stack, size, options.rounds(PROBES)))
            count = "1 connection" if size == 1 else f"{size} connections"
            section.at_most(f"p95 with {count}", percentile(measured.waits, 0.95), TARGET_S, " s")
            section.told(f"p50 with {count}", median(measured.waits), " s")
            hops.append([str(size), *(number(median(hop)) for hop in measured.hops)])
            steps = (number(median(step)) for step in measured.openings)
            openings.append([str(size), number(measured.opened_s), *steps])
    section.tables.append(Table("median of each hop, ms", HOPS, hops))
    section.tables.append(Table(f"opening, {AT_ONCE} at a time; median ms since the first byte", OPENINGS, openings))
    section.notes.append(f"{options.rounds(PROBES)} changes each; a wait is that of one change at one client.")
    section.notes += NOTES
    return section


def _enter(stack: Outputs) -> None:
    """Let the common layer in this process work on the stack, whatever an earlier section had it work on."""
    deployment.enter(stack)
    from belvedere.settings import settings as of_process
    from belvedere.storage.client import dynamodb

    for remembered in (of_process, dynamodb):
        remembered.cache_clear()


async def _audience(settings: LocalSettings, stack: Outputs, size: int, probes: int) -> Found:
    """What an audience of this size came to."""
    heard, rng = Heard(), random.Random(size)
    tokens = [_read_key(number) for number in range(-(-size // A_KEY))]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        started = time.perf_counter()
        sockets, openings = await _opened(session, settings, tokens, size)
        opened_s = time.perf_counter() - started
        readers = [asyncio.create_task(_listen(socket, heard)) for socket in sockets]
        written: dict[str, int] = {}
        for number in range(probes + 2):
            await asyncio.sleep(1 + rng.random())
            name = f"live-{size}-{number}"
            written[name] = await _send(session, stack, name)
            await _until_all(heard, name, size)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*(socket.close() for socket in sockets))
    logged = _logged(set(written))
    names = list(written)[2:]  # the first two wake the functions
    waits = [(at - written[name]) / 1000 for name in names for at in heard.arrived[name]]
    hops = [
        [float(logged[name] - written[name]) for name in names],
        [float(heard.pushed[name] - logged[name]) for name in names],
        [float(at - heard.pushed[name]) for name in names for at in heard.arrived[name]],
    ]
    return Found(waits, hops, opened_s, openings)


def _read_key(number: int) -> str:
    from belvedere.auth.keys import create_key

    return create_key("demo", "read", f"listener {number}").key


async def _opened(
    session: aiohttp.ClientSession, settings: LocalSettings, tokens: list[str], size: int
) -> tuple[list[aiohttp.ClientWebSocketResponse], list[list[float]]]:
    """Connections, each greeted and with the present state, AT_ONCE at a time; and the ms to each of these steps."""
    room = asyncio.Semaphore(AT_ONCE)
    steps: list[list[float]] = [[], [], []]

    async def connect(number: int) -> aiohttp.ClientWebSocketResponse:
        async with room:
            url = f"{settings.url.replace('http', 'ws', 1)}/dashboard/ws/all"
            began = time.perf_counter()
            socket = await session.ws_connect(url, params={"token": tokens[number // A_KEY]}, max_msg_size=0)
            steps[0].append(1000 * (time.perf_counter() - began))
            for step, kind in ((steps[1], "connected"), (steps[2], "metrics_update")):
                while json.loads((await socket.receive(timeout=GIVE_UP_S)).data)["type"] != kind:
                    pass
                step.append(1000 * (time.perf_counter() - began))
            return socket

    return list(await asyncio.gather(*map(connect, range(size)))), steps


async def _listen(socket: aiohttp.ClientWebSocketResponse, heard: Heard) -> None:
    async for message in socket:
        now, frame = now_ms(), json.loads(message.data)
        if frame["type"] == "metrics_update":
            for change in frame["data"]["changes"]:
                heard.arrived.setdefault(change["id"], []).append(now)
                heard.pushed.setdefault(change["id"], to_ms(datetime.fromisoformat(frame["timestamp"])))


async def _send(session: aiohttp.ClientSession, stack: Outputs, name: str) -> int:
    """Write one event; when it was acknowledged (epoch ms)."""
    event: dict[str, Any] = {"id": name, "type": "learning.interaction", "time": iso_ms(now_ms()), "user": "prober",
                             "properties": {"success": True, "agent_type": "probe"}}  # fmt: skip
    async with session.post(f"{stack.url}/v1/events", json=event, headers={"X-API-Key": stack.write_key}) as answer:
        assert (await answer.json())["accepted"] == 1
    return now_ms()


async def _until_all(heard: Heard, name: str, size: int) -> None:
    ends = time.perf_counter() + GIVE_UP_S
    while len(heard.arrived.get(name, ())) < size:
        if time.perf_counter() > ends:
            raise RuntimeError(f"{name} reached {len(heard.arrived.get(name, ()))} of {size} clients")
        await asyncio.sleep(0.01)


def _logged(names: set[str]) -> dict[str, int]:
    """When each change was written to the log (epoch ms)."""
    from belvedere.realtime.changelog.log import entries, read_head
    from belvedere.storage.tables import tables

    state = tables("demo").state
    log = entries(state, 0, read_head(state).seq)
    return {event["id"]: entry.at for entry in log if "events" in entry.body for event in entry.body["events"]
            if event.get("id") in names}  # fmt: skip
