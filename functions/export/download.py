"""GET /api/v1/dashboard/export/{job_id}/download: sends whoever has a job's link on to its file."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import now_ms
from belvedere.endpoints.export import DOWNLOAD
from belvedere.export.jobs.download import file_link
from belvedere.http import Endpoint, Path, Query, Response

endpoint = Endpoint.of(DOWNLOAD)


@endpoint.get(status_code=302)
async def download(
    job_id: Annotated[str, Path(max_length=200)], token: Annotated[str, Query(max_length=2_000)]
) -> Response:
    """A redirection to a link that is signed now: one of a function's own role ends with the role's session."""
    link = await file_link(job_id, token, now_ms())
    return Response(status_code=302, headers={"Location": link, "Cache-Control": "private, no-store"})


handler = endpoint.handler
