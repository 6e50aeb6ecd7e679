"""Every declared endpoint, in the order of documents: the boards' first, then those of no board."""

import importlib
from collections.abc import Iterator

from belvedere.endpoints.declaration import EndpointDeclaration

BOARDS = ("learning", "productivity")
OTHERS = ("ingest", "operations", "export", "grafana", "directory", "sign_in", "realtime")
MODULES = {
    **{board: f"belvedere.boards.{board}.endpoints" for board in BOARDS},
    **{area: f"belvedere.endpoints.{area}" for area in OTHERS},
}
ENGINE = "engine"  # in place of a board's name
FALLBACK = "ops.not_found"


def declarations() -> list[EndpointDeclaration]:
    """All of them."""
    return [declaration for area in MODULES for declaration in declared_in(area)]


def declared_in(area: str) -> list[EndpointDeclaration]:
    """Those of a board or area."""
    values = vars(importlib.import_module(MODULES[area])).values()
    return [value for value in values if isinstance(value, EndpointDeclaration)]


def by_board() -> Iterator[tuple[str, list[EndpointDeclaration]]]:
    """Each board with its endpoints, and all others as those of the engine."""
    for board in BOARDS:
        yield board, declared_in(board)
    yield ENGINE, [declaration for area in OTHERS for declaration in declared_in(area)]


def function_of(module: str) -> str:
    """The logical id of a handler module's function: `learning.summary` is LearningSummaryFunction."""
    return "".join(word.capitalize() for word in module.replace("_", ".").split(".")) + "Function"
