"""GET /api/profile/languages: in which programming languages somebody works with assistants."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import LANGUAGES
from belvedere.boards.productivity.responses.languages import ALL_TIME, LanguagesRequest, languages, resolved
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(LANGUAGES, LanguagesRequest, resolved, languages)

endpoint = Endpoint.of(LANGUAGES, headers=BOARD.headers)


@endpoint.get()
async def profile_languages(
    caller: CallerDep,
    developer_id: Annotated[str | None, Query(max_length=200)] = None,
    days: str | None = None,
) -> Response:
    """A bare list, as it is documented: of the last `days` UTC days, or of all there ever were."""
    request = LanguagesRequest(developer_id or None, days_of(days or "", "days", default=ALL_TIME))
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
