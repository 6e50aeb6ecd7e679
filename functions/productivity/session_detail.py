"""GET /api/sessions/{session_id}: all traces of one session together, and what came of it."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoints import SESSION_DETAIL
from belvedere.boards.productivity.responses.sessions import session
from belvedere.http import CallerDep, Endpoint, Path, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables

endpoint = Endpoint.of(SESSION_DETAIL, headers=BOARD.headers)


@endpoint.get()
async def productivity_session(
    caller: CallerDep, session_id: Annotated[str, Path(min_length=1, max_length=200)]
) -> Response:
    """The documented session, with its traces; read anew each time, as a few queries by key."""
    return endpoint.answer(await session(session_id, tables(caller.workspace), settings().event_slices))


handler = endpoint.handler
