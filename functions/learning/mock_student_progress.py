"""GET /dashboard/mock/student-progress: a made-up answer about one student. It reads nothing and needs no key."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.mock import FRESH_S, STALE_S, STUDENT_PROGRESS
from belvedere.http import Endpoint, Response

endpoint = Endpoint("learning.mock_student_progress", scope=None, limit="default", headers=BOARD.headers,
                    cache_type="mock", fresh_s=FRESH_S, stale_s=STALE_S)  # fmt: skip


@endpoint.get("/dashboard/mock/student-progress")
async def mock_student_progress() -> Response:
    """The documented example."""
    return endpoint.answer(STUDENT_PROGRESS)


handler = endpoint.handler
