"""Shows what the functions, the emulator and the front door wrote."""

import re
import time
from collections.abc import Iterator
from typing import Any

from belvedere_cli.deployment import STOPPED, needed
from infra.local import emulator
from infra.local.clients import client
from infra.local.log_lines import readable
from infra.local.settings import LocalError, LocalSettings

FILES = ("emulator", "front-door")
NOISE = re.compile(r"^\{|output(?: \(attempt \d+\))?:$|Persistence: ")  # or shown as a function's, or no news
POLL_S = 0.5
TAIL = 20


def show(settings: LocalSettings, source: str, *, follow: bool, raw: bool) -> None:
    """Print the last lines of one source or of all, and go on while following; `raw` leaves out and alters nothing."""
    readers = [_file_lines(settings, name, raw=raw) for name in FILES if source in (name, "all")]
    log_group = source in ("functions", "all") and needed(settings.state_dir).log_group
    stopped = emulator.absent(settings)
    if log_group and not stopped:
        readers.append(_function_lines(client("logs", settings), log_group, raw=raw))
    while True:
        for reader in readers:
            for line in next(reader):
                print(line, flush=True)
        if log_group and stopped:
            raise LocalError(STOPPED)
        if not follow:
            return
        time.sleep(POLL_S)


def _file_lines(settings: LocalSettings, name: str, *, raw: bool) -> Iterator[list[str]]:
    """The last lines of a log file, then what is added to it; but what functions print there is shown as theirs."""
    path, position = settings.log(name), 0
    while True:
        lines: list[str] = []
        if path.exists():
            with path.open(errors="replace") as file:
                file.seek(position)
                lines = [line for line in file.read().splitlines() if raw or not NOISE.search(line)]
                lines = lines if position else lines[-TAIL:]
                position = file.tell()
        yield [f"{name:<10} | {line}" for line in lines]


def _function_lines(logs: Any, group: str, *, raw: bool) -> Iterator[list[str]]:
    """The events of the last five minutes, then what is added to them."""
    since = int((time.time() - 300) * 1000)
    seen: set[str] = set()
    while True:
        fresh: list[str | None] = []
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
            for event in page["events"]:
                identity = event.get("eventId") or f"{event['timestamp']}{event['message']}"
                if identity not in seen:
                    seen.add(identity)
                    fresh.append(event["message"].rstrip() if raw else readable(event["message"]))
        yield [f"function   | {line}" for line in fresh if line is not None]
