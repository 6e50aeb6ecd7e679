"""GET /dashboard/metrics: what every process has counted for the workspace, in Prometheus's text format."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import METRICS
from belvedere.boards.learning.responses.prometheus import series
from belvedere.cache.stats import hits
from belvedere.clock import now_ms
from belvedere.http import CallerDep, Endpoint, Response
from belvedere.realtime.connections.store import active
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread
from belvedere.usage.exposition import MEDIA_TYPE, exposition
from belvedere.usage.totals import totals

endpoint = Endpoint.of(METRICS, headers=BOARD.headers)


@endpoint.get(responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
async def dashboard_metrics(caller: CallerDep) -> Response:
    """Requests and times by endpoint since counting began, hit rates by layer, open connections."""
    page = await in_thread(lambda: scraped(caller.workspace, now_ms()))
    return Response(page, headers={"Cache-Control": "no-store", "Content-Type": MEDIA_TYPE})


def scraped(workspace: str, now: int) -> bytes:
    """The page of a workspace."""
    state = tables(workspace).state
    return exposition(series(totals(state, now), hits(state, now), active(state, now)))


handler = endpoint.handler
