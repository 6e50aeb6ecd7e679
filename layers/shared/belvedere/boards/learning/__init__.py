"""The learning board: a physics tutor's students, its agents, and how well it goes."""

from belvedere.boards.learning.events import EVENT_TYPES
from belvedere.boards.learning.metrics import METRICS
from belvedere.boards.learning.rate_limits import RATE_LIMITS
from belvedere.boards.learning.roles import ROLES
from belvedere.boards.learning.rollup_tables import ROLLUP_TABLES
from belvedere.schema.board import Board

BOARD = Board(
    name="learning",
    event_types=EVENT_TYPES,
    rollup_tables=ROLLUP_TABLES,
    metrics=METRICS,
    rate_limits=RATE_LIMITS,
    headers={"X-API-Version": "2.0.0", "X-Dashboard-API": "Belvedere"},
    live="belvedere.boards.learning.live",
    people="belvedere.boards.learning.people",
    entities="belvedere.boards.learning.directory.entities",
    roles=ROLES,
    exports="belvedere.boards.learning.data_types",
)
