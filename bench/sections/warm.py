"""warm: what a warm function adds to an answer, beside the usual FastAPI with a response model."""

import contextlib
import io
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import http_events
from bench.options import Options
from bench.report import Section, Table, number
from bench.stores import environment
from bench.timing import interleaved, medians

TITLE = "a warm handler's own time, constant data; ms, median"
OF_PEER = 0.5
ROWS = {"2 KB": 18, "50 KB": 445}


def run(options: Options) -> Section:
    """Both handlers answer the same requests in turns, with everything they write going nowhere."""
    section = Section("warm", TITLE)
    tables = {f"{name}_TABLE": name.lower() for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY")}
    with environment(tables), Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        handlers = {"Belvedere": _ours(), "FastAPI response_model": _peer()}
        calls, sizes = {}, {}
        for size, count in ROWS.items():
            for name, handler in handlers.items():
                event = http_events.get(f"/rows/{count}")
                sizes[size] = len(handler(event, None)["body"])
                calls[name, size] = lambda handler=handler, event=event: handler(event, None)
        times = medians(interleaved(calls, options.rounds(300)))
    for size in ROWS:
        ratio = times["Belvedere", size] / times["FastAPI response_model", size]
        if size == "50 KB":
            section.at_most(f"handler time at {size}, over Mangum + FastAPI response_model", ratio, OF_PEER, "x")
        else:
            section.told(f"handler time at {size}, over Mangum + FastAPI response_model", ratio, "x")
    rows = [[name, *(number(times[name, size]) for size in ROWS)] for name in handlers]
    section.tables.append(Table("ms a call", ["handler", *(f"{size} ({sizes[size]:,} B)" for size in ROWS)], rows))
    section.notes.append(
        "Ours includes key check, ETag, cost and safety headers, a log line and a metrics line; the peer's does not."
    )
    return section


def payload(count: int) -> dict[str, Any]:
    """An answer like a dashboard's: hours with their numbers."""
    hours = [
        {"hour": f"2026-10-{1 + i // 24 % 30:02d}T{i % 24:02d}:00:00Z", "interactions": 1000 + i, "users": 100 + i,
         "avg_response_time": 1500.25 + i, "success_rate": 0.71}
        for i in range(count)
    ]  # fmt: skip
    return {"hours": hours, "total": count}


def _ours() -> Callable[[Any, Any], Any]:
    from belvedere.auth import lookup
    from belvedere.auth.api_key import hashed
    from belvedere.auth.lookup import KeyMemory, KeyRecord
    from belvedere.http import CallerDep, Endpoint, Response
    from belvedere.observability import logger

    lookup.MEMORY = KeyMemory({hashed(http_events.KEY): KeyRecord("bench", "read", "key_bench")}.get)
    written = logger().registered_handler
    assert isinstance(written, logging.StreamHandler)
    written.setStream(io.StringIO())
    endpoint, answers = Endpoint("bench.rows", scope="read"), {count: payload(count) for count in ROWS.values()}

    @endpoint.get("/rows/{count}")
    async def rows(caller: CallerDep, count: int) -> Response:  # noqa: ARG001 - as every endpoint has it
        return endpoint.answer(answers[count])

    return endpoint.handler


def _peer() -> Callable[[Any, Any], Any]:
    from fastapi import FastAPI
    from mangum import Mangum
    from pydantic import BaseModel

    class Hour(BaseModel):
        hour: str
        interactions: int
        users: int
        avg_response_time: float
        success_rate: float

    class Rows(BaseModel):
        hours: list[Hour]
        total: int

    app, answers = FastAPI(), {count: payload(count) for count in ROWS.values()}

    @app.get("/rows/{count}", response_model=Rows)
    async def rows(count: int) -> Any:
        return answers[count]

    logging.getLogger("mangum").setLevel(logging.WARNING)
    return Mangum(app, lifespan="off")
