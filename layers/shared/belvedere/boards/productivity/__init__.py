"""The productivity board: teams that code with AI assistants, what it costs them, and what becomes of it."""

from belvedere.boards.base.board import Board
from belvedere.boards.productivity.events import EVENT_TYPES
from belvedere.boards.productivity.families import FAMILIES
from belvedere.boards.productivity.metrics import METRICS
from belvedere.version import VERSION

BOARD = Board(
    name="productivity",
    event_types=EVENT_TYPES,
    families=FAMILIES,
    metrics=METRICS,
    headers={"X-API-Version": VERSION, "X-Dashboard-API": "Belvedere"},
    live="belvedere.boards.productivity.live",
)
