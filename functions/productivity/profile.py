"""GET /api/profile: all that a developer, or everybody together, ever did with assistants."""

from typing import Annotated

import orjson

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import PROFILE
from belvedere.boards.productivity.responses.profile import ProfileRequest, identity, profile, resolved
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.storage.tables import tables

QUERY = rollup_query(PROFILE, ProfileRequest, resolved, profile)

# Says no time for which it is good without asking: it holds a name and an address, which may have been deleted since.
endpoint = Endpoint.of(PROFILE, headers=BOARD.headers)


@endpoint.get()
async def profile_of_somebody(
    caller: CallerDep, developer_id: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """The documented profile of a developer or of everybody, and who that (or else the caller) is."""
    cached = await QUERY.answer(caller.workspace, ProfileRequest(developer_id or None))
    body = orjson.loads(cached.body())
    joined = min(body["sessions_by_date"], default=None)
    who = await identity(tables(caller.workspace).directory, developer_id or caller.user, joined)
    etag_source = [cached.etag_source.hex(), who]
    return endpoint.answer(who | body, etag_source=etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
