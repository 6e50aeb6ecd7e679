"""A workspace on real tables, its events and folds, and processes that answer for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

import cache.refresh
import fold.rollups
import ingest.events
import learning.summary
from belvedere.auth.keys import create_key
from belvedere.cache.refresh import Refresher
from belvedere.cache.serve import Cache
from belvedere.clock import DAY_MS, iso, now_ms
from belvedere.http import Endpoint
from belvedere.storage.attributes import encode_item
from belvedere.storage.keys.events import event_partition
from belvedere.storage.tables import Tables
from belvedere.storage.tables import tables as tables_of
from tests.unit.http.lambda_requests import Answer, ask

SETTLED_S = 2.0  # after the fold, rows hold what was folded
YOUNG_S = 0.5  # until then an answer is shown without a question


@dataclass
class Board:
    """A workspace whose summary is asked."""

    workspace: str
    key: str
    patch: pytest.MonkeyPatch
    jobs: list[bytes] = field(default_factory=list)
    ahead_ms: int = 0
    day: int = field(default_factory=lambda: now_ms() // DAY_MS * DAY_MS)

    @property
    def tables(self) -> Tables:
        return tables_of(self.workspace)

    def clock(self) -> int:
        """The present; tests turn it forward instead of waiting."""
        return now_ms() + self.ahead_ms

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead_ms += round(seconds * 1000)

    def process(self, tables: Callable[[str], Tables] = tables_of) -> Cache:
        """The next requests are answered by a process that has just started."""
        process = Cache(tables, clock=self.clock, refresher=Refresher(self.jobs.append))
        self.answers(process)
        return process

    def answers(self, process: Cache) -> None:
        """The next requests are answered by this process."""
        self.patch.setattr("belvedere.cache.cached_query.cache", lambda: process)

    def ask(self, endpoint: Endpoint, path: str, **parts: Any) -> Answer:
        headers = {"X-API-Key": self.key, **parts.pop("headers", {})}
        return ask(endpoint, path, headers=headers, **parts)

    def summary(self, query: str = "", **headers: str) -> Answer:
        """The summary of today."""
        span = f"start_date={iso(self.day)}&end_date={iso(self.day + DAY_MS)}"
        query = f"{span}&{query}" if query else span
        return self.ask(learning.summary.endpoint, "/dashboard/summary", query=query, headers=headers)

    def ingest(self, *names: str) -> None:
        """Send interactions of today."""
        lines = [
            f'{{"id": "{name}", "type": "learning.interaction", "time": {self.day + 1}, "user": "ada",'
            ' "properties": {"agent_type": "tutor", "success": true}}'
            for name in names
        ]
        body = f'{{"events": [{",".join(lines)}]}}'.encode()
        headers = {"Content-Type": "application/json"}
        answer = self.ask(ingest.events.endpoint, "/v1/events", method="POST", body=body, headers=headers)
        assert answer.json["accepted"] == len(names), answer.json

    def fold(self) -> None:
        """Give the fold what the stream would: today's events in the order of their receipt."""
        partition = event_partition(self.workspace, "learning.interaction", iso(self.day)[:10], 0)
        items = sorted(self.tables.events.query(partition, consistent=True), key=lambda item: int(item["received"]))
        records = [
            {"eventName": "INSERT", "dynamodb": {
                "Keys": encode_item({name: item[name] for name in ("pk", "sk")}), "NewImage": encode_item(item),
                "SequenceNumber": f"{number:040d}"}}
            for number, item in enumerate(items, start=1)
        ]  # fmt: skip
        assert fold.rollups.handler({"Records": records}, None)["put_aside"] == 0


@pytest.fixture
def board(tables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Board:
    workspace = f"board-{uuid4().hex[:8]}"
    board = Board(workspace, create_key(workspace, "admin", "cache").key, monkeypatch)
    board.process()
    monkeypatch.setattr(fold.rollups, "now_ms", board.clock)
    monkeypatch.setattr(cache.refresh, "now_ms", board.clock)
    return board
