"""GET /health: whether the tables answer (one real read each, all at once) and how the fold does. Needs no key."""

from belvedere.boards.productivity.responses.health import connected
from belvedere.clock import iso, now_ms
from belvedere.endpoints.operations import HEALTH
from belvedere.health import UP, all_well, service_states
from belvedere.http import Endpoint, Response

endpoint = Endpoint.of(HEALTH)


@endpoint.get()
async def health() -> Response:
    """200 when all is well, 206 when only helpers are down or the fold has trouble, 503 when an essential table is."""
    services = await service_states(now_ms(), connected)
    well = all_well(services)
    body = {"status": UP if well else "degraded", "timestamp": iso(now_ms()), "services": services,
            **connected(services)}  # fmt: skip
    return endpoint.answer(
        body, status=200 if well else 206, etag_source=services, headers={"Cache-Control": "no-store"}
    )


handler = endpoint.handler
