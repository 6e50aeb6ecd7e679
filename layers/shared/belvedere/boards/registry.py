"""All boards, and the catalog of them. The one place that lists the boards."""

from belvedere.boards import annotations, learning, productivity
from belvedere.schema.board import Board
from belvedere.schema.catalog import Catalog

BOARDS: tuple[Board, ...] = (learning.BOARD, productivity.BOARD, annotations.BOARD)
CATALOG = Catalog.of(BOARDS)
