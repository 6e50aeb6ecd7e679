"""The whole API in process, as a container would run it, on real tables: events go in at the door and are folded by the
real handler, from the table's real stream."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from belvedere.auth.api_key import hashed
from belvedere.auth.keys import create_key
from belvedere.auth.lookup import fetch_record
from belvedere.cache.serve import cache_of
from belvedere.http import asgi
from belvedere.settings import settings
from belvedere.storage.attributes import encode_item
from belvedere.storage.keys.state import HEALTH
from tests.proof.stream import Stream
from tests.worlds.machine import Machine

CONTEXT = SimpleNamespace(function_name="fold", memory_limit_in_mb=512, aws_request_id="fold-1")
Json = dict[str, Any]


@dataclass
class Served:
    """The combined application and its tables; `stream` tells what the fold has not seen yet."""

    tables: dict[str, str]
    dynamodb: Any
    stream: Stream
    machine: Machine = field(default_factory=Machine)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def key(self, scope: str = "read", workspace: str = "demo") -> str:
        """A key, made at its first use."""
        if (workspace, scope) not in self._keys:
            self._keys[workspace, scope] = create_key(workspace, scope, "contract").key
        return self._keys[workspace, scope]

    def key_id(self, scope: str = "read") -> str:
        """The id of a key of the demo workspace."""
        found = fetch_record(hashed(self.key(scope)))
        assert found is not None
        return found.key_id

    def ask(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """One request; with the demo workspace's read key unless told (`key=""` sends none)."""
        sent = {"X-API-Key": self.key() if key is None else key} | dict(options.pop("headers", None) or {})
        return asyncio.run(_ask(method, path, {name: value for name, value in sent.items() if value}, options))

    def get(self, path: str, *, key: str | None = None, headers: Json | None = None, **params: Any) -> httpx.Response:
        """A GET; parameters by name, `from` as `from_`."""
        asked = {name.rstrip("_"): value for name, value in params.items()}
        return self.ask("GET", path, key=key, headers=headers, params=asked)

    def post(self, path: str, body: Any, *, key: str | None = None, headers: Json | None = None) -> httpx.Response:
        """A POST of JSON."""
        return self.ask("POST", path, key=key, headers=headers, json=body)

    def send(self, *events: Json, workspace: str = "demo") -> Json:
        """Send events at the door; what became of them."""
        answer = self.post("/v1/events", list(events), key=self.key("write", workspace))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def fold(self) -> Json:
        """Fold what is new in the stream, and forget kept answers, so that the next question is worked out."""
        import fold.rollups

        done = fold.rollups.handler({"Records": self.stream.read()}, CONTEXT)
        cache_of.cache_clear()
        return dict(done)

    @contextmanager
    def with_environment(self, **variables: str) -> Iterator[None]:
        """The same process, started with another environment; the keys it knows stay known."""
        with pytest.MonkeyPatch.context() as patched:
            for name, value in variables.items():
                patched.setenv(name, value)
            settings.cache_clear()
            yield
        settings.cache_clear()

    @contextmanager
    def trouble_forgotten(self) -> Iterator[None]:
        """What the fold notes meanwhile for GET /health is gone afterwards."""
        try:
            yield
        finally:
            key = encode_item(HEALTH._asdict())
            self.dynamodb.delete_item(TableName=self.tables["STATE_TABLE"], Key=key)

    def send_and_fold(self, *events: Json, workspace: str = "demo") -> None:
        """Events that are all new, and are in the rollups afterwards."""
        told = self.send(*events, workspace=workspace)
        assert told["accepted"] == len(events), told
        assert self.fold()["put_aside"] == 0


async def _ask(method: str, path: str, headers: dict[str, str], options: Json) -> httpx.Response:
    transport = httpx.ASGITransport(app=asgi.application, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://board.test") as client:
        return await client.request(method, path, headers=headers, **options)


def interaction(
    name: str, time: str | int, user: str | None = "user1", agent: str | None = "kinematics", *,
    ok: bool = True, ms: float | None = 200.0, concept: str | None = None, **properties: Any,
) -> Json:  # fmt: skip
    """An interaction as a client sends it."""
    given = {"agent_type": agent, "concept": concept, "execution_time_ms": ms, **properties}
    told = {name: value for name, value in given.items() if value is not None}
    return {"id": name, "type": "learning.interaction", "time": time, "properties": {"success": ok, **told}} | (
        {"user": user} if user else {}
    )


def hint(name: str, time: str | int, user: str = "user1", **properties: Any) -> Json:
    """A hint as a client sends it."""
    return {"id": name, "type": "learning.hint", "time": time, "user": user, "properties": properties}


def ndjson(*events: Json) -> bytes:
    """Events, one a line."""
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)
