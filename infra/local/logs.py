"""Shows what the functions, the emulator and the front door wrote."""

import time
from collections.abc import Iterator
from typing import Any

from infra.local.clients import client
from infra.local.outputs import needed
from infra.local.settings import LocalSettings

FILES = ("emulator", "front-door")
POLL_S = 0.5
TAIL = 20


def show(settings: LocalSettings, what: str, *, follow: bool) -> None:
    """Print the last lines of one source or of all, and go on while following."""
    readers = [_file_lines(settings, name) for name in FILES if what in (name, "all")]
    if what in ("functions", "all"):
        readers.append(_function_lines(client("logs", settings), needed(settings).log_group))
    while True:
        for reader in readers:
            for line in next(reader):
                print(line, flush=True)
        if not follow:
            return
        time.sleep(POLL_S)


def _file_lines(settings: LocalSettings, name: str) -> Iterator[list[str]]:
    """The last lines of a log file, then what is added to it."""
    path, position = settings.log(name), 0
    while True:
        lines: list[str] = []
        if path.exists():
            with path.open(errors="replace") as file:
                file.seek(position)
                lines = file.read().splitlines()
                lines = lines if position else lines[-TAIL:]
                position = file.tell()
        yield [f"{name:<10} | {line}" for line in lines]


def _function_lines(logs: Any, group: str) -> Iterator[list[str]]:
    """The events of the last five minutes, then what is added to them."""
    since = int((time.time() - 300) * 1000)
    seen: set[str] = set()
    while True:
        fresh: list[str] = []
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
            for event in page["events"]:
                identity = event.get("eventId") or f"{event['timestamp']}{event['message']}"
                if identity not in seen:
                    seen.add(identity)
                    fresh.append(f"function   | {event['message'].rstrip()}")
        yield fresh
