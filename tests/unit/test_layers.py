"""Imports point down: a package of the layer imports only packages of lower floors, so there are no cycles."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.syntax import tree_of

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "shared"
FUNCTIONS = ROOT / "functions"
FLOORS = (  # from the ground up; packages of one floor do not import each other
    {"clock", "errors", "settings", "sketches", "version"},
    {"bodies", "cost", "deadline", "lists", "observability", "schema"},
    {"error_mapping", "storage", "time_buckets"},
    {"health", "time_ranges"},
    {"ingest", "usage", "utc_days"},
    {"rollups"},
    {"query"},
    {"cache"},
    {"directory", "limits"},
    {"auth"},
    {"endpoints", "export", "warm_up"},
    {"http", "realtime"},
    {"boards.annotations", "boards.learning", "boards.productivity"},
    {"boards.demo_accounts", "boards.registry"},
    {"boards"},
)
FLOOR_OF = {package: number for number, floor in enumerate(FLOORS) for package in floor}
MODULES = {
    ".".join(path.relative_to(LAYER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(LAYER.glob("belvedere/**/*.py"))
}
HANDLERS = sorted(path for path in FUNCTIONS.rglob("*.py") if path.name != "__init__.py")
ASKS_BY_NAME = "belvedere.limits.rules"  # for a board's class of requests, which only that board's endpoints name


def package_of(module: str) -> str:
    """The package that a module counts as: `rollups`, or below `boards` the board."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2] if parts[0] == "boards" else parts[:1])


def imports(path: Path) -> Iterator[str]:
    """The modules of the layer that a file imports, wherever in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            inner = (f"{node.module}.{name.name}" for name in node.names)
            yield from (name if name in MODULES else node.module for name in inner)


def reached(path: Path) -> set[str]:
    """The modules of the layer that a file imports, itself or by what it imports; packages on the way as well."""
    seen, waiting = set[str](), [*imports(path)]
    while waiting:
        module = waiting.pop()
        if module in MODULES and module not in seen:
            seen.add(module)
            waiting.append(module.rpartition(".")[0])
            waiting += [] if module == ASKS_BY_NAME else imports(MODULES[module])
    return seen


@pytest.mark.parametrize("module", [module for module in MODULES if module != "belvedere"])
def test_a_module_imports_only_what_is_below_it(module: str) -> None:
    own = package_of(module)
    below = {package for package, floor in FLOOR_OF.items() if floor < FLOOR_OF[own]}
    assert {package_of(name) for name in imports(MODULES[module])} - {own} <= below


def test_the_direction_is_of_all_packages_there_are() -> None:
    assert {package_of(module) for module in MODULES if module != "belvedere"} == FLOOR_OF.keys()


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda path: str(path.relative_to(FUNCTIONS)))
def test_a_handler_whose_engine_asks_for_the_catalog_imports_the_boards_that_hand_it_over(handler: Path) -> None:
    modules = reached(handler)
    assert "belvedere.schema.catalog" not in modules or "belvedere.boards" in modules
