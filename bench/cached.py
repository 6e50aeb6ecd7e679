"""What the answer cache saves: the summary through its own Lambda handler, worked out, from the table, from memory."""

import contextlib
import logging
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from belvedere.auth import lookup
from belvedere.auth.api_key import hashed
from belvedere.auth.lookup import KeyMemory, KeyRecord
from belvedere.cache.serve import cache
from belvedere.clock import DAY_MS, iso
from belvedere.observability import logger
from belvedere.settings import settings
from belvedere.storage import client as clients
from bench import http_events, questions
from bench.options import Options
from bench.ours import Ours, workspace
from bench.report import Section, Table, number
from bench.stores import Store, aws_environment, environment
from bench.timing import interleaved, medians

RANGE = {"start_date": iso(questions.NOW - 7 * DAY_MS), "end_date": iso(questions.NOW)}
OUTCOMES = {"worked out": "bypass", "from the Cache table": "hit-table", "from memory": "hit-memory"}


def cached(section: Section, engine: Ours, size: int, options: Options) -> None:
    """Time the three ways to the same answer, in turns."""
    with _function(engine.store, workspace(size)):
        calls = {way: partial(_ask, outcome) for way, outcome in OUTCOMES.items()}
        times = medians(interleaved(calls, options.rounds(15)))
    rows = [[way, number(ms), f"{times['worked out'] / ms:.1f}x"] for way, ms in times.items()]
    title = f"GET /dashboard/summary of 7 days through its handler, {engine.store.name}"
    section.tables.append(Table(title, ["answer", "ms", "times faster"], rows))


def _ask(outcome: str) -> None:
    from learning.summary import handler

    if outcome == "hit-table":
        cache().memory.clear()
    query = RANGE | ({"force_refresh": "true"} if outcome == "bypass" else {})
    answer = handler(http_events.get("/dashboard/summary", urlencode(query)), None)
    assert answer["statusCode"] == 200, answer
    assert answer["headers"]["x-cache"] == outcome, answer["headers"]


@contextlib.contextmanager
def _function(store: Store, name: str) -> Iterator[None]:
    """This process as a function of that store, with a key to one workspace and nothing written to the terminal."""
    remembered, memory, written = (settings, clients.dynamodb), lookup.MEMORY, logger().registered_handler
    assert isinstance(written, logging.StreamHandler)
    lookup.MEMORY = KeyMemory({hashed(http_events.KEY): KeyRecord(name, "read", "key_bench")}.get)
    with Path(os.devnull).open("w") as nowhere, environment(aws_environment(store)):
        before = written.setStream(nowhere)
        for process in remembered:
            process.cache_clear()
        try:
            with contextlib.redirect_stdout(nowhere):
                yield
        finally:
            lookup.MEMORY = memory
            written.setStream(before)
            for process in remembered:
                process.cache_clear()
