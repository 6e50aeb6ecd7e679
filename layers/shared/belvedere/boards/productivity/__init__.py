"""The productivity board: teams that code with AI assistants, what it costs them, and what becomes of it."""

from belvedere.boards.productivity.events import EVENT_TYPES
from belvedere.boards.productivity.metrics import METRICS
from belvedere.boards.productivity.rollup_tables import ROLLUP_TABLES
from belvedere.schema.board import Board
from belvedere.version import VERSION

BOARD = Board(
    name="productivity",
    event_types=EVENT_TYPES,
    rollup_tables=ROLLUP_TABLES,
    metrics=METRICS,
    headers={"X-API-Version": VERSION, "X-Dashboard-API": "Belvedere"},
    live="belvedere.boards.productivity.live",
    exports="belvedere.boards.productivity.data_types",
)
