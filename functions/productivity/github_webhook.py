"""POST /v1/webhooks/github/{workspace}: what GitHub tells by itself of pull requests, pushes and reviews."""

from functools import partial
from typing import Annotated, Any

import orjson

from belvedere.auth.caller import Caller
from belvedere.auth.requests import Workspace
from belvedere.auth.webhooks import HEADER, verify
from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoints import GITHUB_WEBHOOK
from belvedere.boards.productivity.github import closings
from belvedere.boards.productivity.github.webhook import WebhookResult, payload_of, read_webhook
from belvedere.clock import now_ms
from belvedere.errors import BadRequest
from belvedere.http import Endpoint, Path, Request, Response
from belvedere.http.exchange import identified
from belvedere.ingest.body import EventBatch, check_sent
from belvedere.ingest.insert import Insert
from belvedere.ingest.receive import receive
from belvedere.settings import settings
from belvedere.storage.tables import Tables, tables
from belvedere.storage.threads import in_thread
from belvedere.usage import note

endpoint = Endpoint.of(GITHUB_WEBHOOK, headers=BOARD.headers)
NOTHING: dict[str, Any] = {"results": [], "accepted": 0, "duplicate": 0, "conflict": 0, "rejected": 0}


@endpoint.post()
async def github_webhook(request: Request, workspace: Annotated[Workspace, Path()]) -> Response:
    """A result for each event that the call tells; 202 and the reason where it tells none."""
    body, headers = await request.body(), request.headers
    check_sent(body)
    await in_thread(partial(verify, workspace, body, headers.get(HEADER)))
    identified(Caller(workspace, "write", "webhook"))
    if not (event := headers.get("X-GitHub-Event")):
        raise BadRequest("X-GitHub-Event: is required; it names what happened")
    payload = payload_of(body, headers.get("content-type", ""))
    call, outcome = await in_thread(partial(receive_webhook, tables(workspace), event, payload))
    note("events", outcome["accepted"])
    action = payload.get("action") if isinstance(payload, dict) else None
    named = action if isinstance(action, str) else None
    answer = {"event": event, "action": named, "ignored": call.ignored, **outcome}
    if call.problems:
        answer["problems"] = call.problems
    return endpoint.answer(answer, status=202 if call.ignored else 200)


def receive_webhook(tables: Tables, event: str, payload: Any) -> tuple[WebhookResult, dict[str, Any]]:
    """What a call tells, and what became of it. A closing is remembered before its event is acknowledged. Blocking."""
    call = read_webhook(event, payload, partial(closings.last, tables.state))
    if call.closing:
        closings.note(tables.state, *call.closing)
    if not call.events:
        return call, NOTHING
    insert = Insert(tables.events, slices=settings().event_slices, retention_days=settings().raw_retention_days)
    return call, receive(EventBatch([orjson.dumps(call.events)], array=True), insert, tables.state, now_ms())


handler = endpoint.handler
