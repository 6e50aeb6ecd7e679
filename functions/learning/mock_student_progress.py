"""GET /dashboard/mock/student-progress: a made-up answer about one student. It reads nothing and needs no key."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import MOCK_STUDENT_PROGRESS
from belvedere.boards.learning.mock import STUDENT_PROGRESS
from belvedere.http import Endpoint, Response

endpoint = Endpoint.of(MOCK_STUDENT_PROGRESS, headers=BOARD.headers)


@endpoint.get()
async def mock_student_progress() -> Response:
    """The documented example."""
    return endpoint.answer(STUDENT_PROGRESS)


handler = endpoint.handler
