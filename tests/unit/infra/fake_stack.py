"""A stack in memory: a transport that keeps events by id, as `POST /v1/events` does, and fails when told to."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from belvedere_cli.sending.event_client import EventClient, RetryPolicy
from belvedere_cli.sending.event_wire import HttpReply

Failure = HttpReply | OSError | BaseException


def refusal(status: int, detail: str, **headers: str) -> HttpReply:
    """An error answer in the documented envelope; header `retry_after` is `retry-after`."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpReply(status, names, json.dumps({"error": "no", "detail": detail}).encode())


@dataclass
class FakeStack:
    """First copy of an id wins; an event of type `bad.*` is rejected; `failures` are used up first, one a request."""

    failures: list[Failure | None] = field(default_factory=list)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[list[dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def transport(self, body: bytes, headers: Mapping[str, str]) -> HttpReply:
        """Answer one request."""
        events = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        self.requests.append(events)
        self.headers.append(dict(headers))
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, BaseException):
            raise failure
        return failure or HttpReply(200, {}, json.dumps(self._receipt(events)).encode())

    def client(self, attempts: int = 4) -> EventClient:
        """A client of this stack that waits for nothing and remembers how long it would have waited."""

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        return EventClient(self.transport, "key", policy=RetryPolicy(attempts=attempts), sleep=sleep)

    def _receipt(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        results = [{"index": index, **self._take(event)} for index, event in enumerate(events)]
        counts = dict.fromkeys(("accepted", "duplicate", "conflict", "rejected"), 0)
        for result in results:
            counts[result["result"]] += 1
        return {"results": results, **counts}

    def _take(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["type"].startswith("bad."):
            return {"id": event["id"], "result": "rejected", "reason": "UNKNOWN_TYPE", "detail": "no such type"}
        known = self.events.setdefault(event["id"], event)
        if known is event:
            return {"id": event["id"], "result": "accepted"}
        return {"id": event["id"], "result": "duplicate" if known == event else "conflict"}
