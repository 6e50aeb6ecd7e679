"""GET /api/sessions: a page of a team's sessions, as the contract documents it or as its client asks for it."""

from typing import Annotated, Any

import orjson

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoints import SESSIONS
from belvedere.boards.productivity.responses.sessions import sessions
from belvedere.boards.productivity.sessions.session import SessionsRequest, said_once
from belvedere.cache.body_query import VOLATILE
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables

PAGE_SIZE = 20
EVERY_MODEL = "all"  # as the client's own menu says it
Name = Annotated[str | None, Query(max_length=200)]

endpoint = Endpoint.of(SESSIONS, headers=BOARD.headers)


async def computed(workspace: str, request: SessionsRequest, _: int) -> Computed:
    """A page read anew."""
    answer = await sessions(request, tables(workspace), settings().event_slices)
    return Computed(answer, {name: value for name, value in answer.items() if name not in VOLATILE})


def resolved(request: SessionsRequest, _: int) -> dict[str, Any]:
    """All that a page depends on. Raises Invalid naming a wrong field."""
    question = request.question()
    equal, flags = dict(question.filters.equal), dict(question.filters.flags)
    bounds = (question.range.start, question.range.end)
    return {"equal": equal, "flags": flags, "range": bounds, "order": question.order, "descending": question.descending,
            "offset": question.offset, "limit": question.limit}  # fmt: skip


QUERY = CachedQuery(
    kind=SESSIONS.kind,
    policy=SESSIONS.policy,
    request_type=SessionsRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda request: (BOARD.name, *([f"user:{request.developer_id}"] if request.developer_id else ())),
)


@endpoint.get()
async def productivity_sessions(
    caller: CallerDep,
    page: Annotated[int | None, Query(ge=1, le=10**9, description="1 unless given")] = None,
    page_size: Annotated[int | None, Query(ge=1, le=100, description="20 unless given")] = None,
    developer_id: Name = None,
    model: Name = None,
    repo: Name = None,
    status: Name = None,
    start_date: str | None = None,
    end_date: str | None = None,
    sort_by: str | None = None,
    sort_order: str | None = None,
    limit: Annotated[int | None, Query(ge=1, le=1000)] = None,
    offset: Annotated[int | None, Query(ge=0, le=10**12)] = None,
    sort: str | None = None,
    order: str | None = None,
    force_refresh: bool = False,
) -> Response:
    """The documented page; a bare array where it is asked for by `limit`, `offset` or `status`, without a page."""
    status = status or None  # as a form sends a filter that was left empty
    paged = (page, page_size) != (None, None)
    if paged and (limit is not None or offset):
        raise Invalid("limit, offset: go without page and page_size; send the ones or the others")
    bare = not paged and (limit, offset, status) != (None, None, None)
    size = (limit if bare else page_size) or PAGE_SIZE
    request = SessionsRequest(
        offset=(offset or 0) if bare else ((page or 1) - 1) * size,
        limit=size,
        developer_id=developer_id,
        model=None if bare and model == EVERY_MODEL else model,
        repo=repo,
        status=status,
        start_date=start_date,
        end_date=end_date,
        order=said_once(sort_by, sort, "sort_by, sort") or "timestamp",
        descending=(said_once(sort_order, order, "sort_order, order") or "desc").lower() != "asc",
    )
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = orjson.loads(cached.entry.body)["sessions"] if bare else cached.body()
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
