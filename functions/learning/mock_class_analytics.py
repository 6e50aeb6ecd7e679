"""GET /dashboard/mock/class-analytics: a made-up answer about one class. It reads nothing and needs no key."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.mock import CLASS_ANALYTICS, FRESH_S, STALE_S
from belvedere.http import Endpoint, Response

endpoint = Endpoint("learning.mock_class_analytics", scope=None, limit="default", headers=BOARD.headers,
                    cache_type="mock", fresh_s=FRESH_S, stale_s=STALE_S)  # fmt: skip


@endpoint.get("/dashboard/mock/class-analytics")
async def mock_class_analytics() -> Response:
    """The documented example."""
    return endpoint.answer(CLASS_ANALYTICS)


handler = endpoint.handler
