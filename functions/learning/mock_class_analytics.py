"""GET /dashboard/mock/class-analytics: a made-up answer about one class. It reads nothing and needs no key."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import MOCK_CLASS_ANALYTICS
from belvedere.boards.learning.mock import CLASS_ANALYTICS
from belvedere.http import Endpoint, Response

endpoint = Endpoint.of(MOCK_CLASS_ANALYTICS, headers=BOARD.headers)


@endpoint.get()
async def mock_class_analytics() -> Response:
    """The documented example."""
    return endpoint.answer(CLASS_ANALYTICS)


handler = endpoint.handler
