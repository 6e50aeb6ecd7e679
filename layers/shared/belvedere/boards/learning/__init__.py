"""The learning board: a physics tutor's students, its agents, and how well it goes."""

from belvedere.boards.base.board import Board
from belvedere.boards.learning.events import EVENT_TYPES
from belvedere.boards.learning.families import FAMILIES
from belvedere.boards.learning.metrics import METRICS

BOARD = Board(
    name="learning",
    event_types=EVENT_TYPES,
    families=FAMILIES,
    metrics=METRICS,
    headers={"X-API-Version": "2.0.0", "X-Dashboard-API": "Belvedere"},
    live="belvedere.boards.learning.live",
)
