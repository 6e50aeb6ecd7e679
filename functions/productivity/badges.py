"""GET /api/profile/badges: what somebody has achieved with assistants, and when."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import BADGES
from belvedere.boards.productivity.responses.badges import badges
from belvedere.boards.productivity.responses.profile import ProfileRequest, resolved
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(BADGES, ProfileRequest, resolved, badges)

endpoint = Endpoint.of(BADGES, headers=BOARD.headers)


@endpoint.get()
async def profile_badges(
    caller: CallerDep, developer_id: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """A bare list, as it is documented: every badge, of a developer or of everybody together."""
    request = ProfileRequest(developer_id or None)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
