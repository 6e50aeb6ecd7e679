"""Names say what a thing is: words that say nothing name no parameter and no local, and no class shares its name."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.syntax import tree_of
from tests.unit.docs.markdown import ROOT

WORDS = {"found", "one", "told", "mine", "part", "asked", "kept"}
TERMS = {"layers/shared/belvedere/export": {"part"}}  # a part of an export is a term of the glossary
PACKAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "layers" / "shared" / "belvedere").iterdir()
    if path.is_dir() and path.name != "__pycache__"
)
FOLDERS = [*PACKAGES, "functions", "infra", "belvedere_cli", "bench"]


def sources(folder: str) -> Iterator[Path]:
    """The Python files of a folder, without what a build left there."""
    return (path for path in sorted((ROOT / folder).rglob("*.py")) if "build" not in path.parts)


def names(tree: ast.AST) -> Iterator[str]:
    """Every use of a name as a variable, a parameter or the name of an argument."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.MatchAs(name=str(name)) | ast.keyword(arg=str(name)):
                yield name


@pytest.mark.parametrize("folder", FOLDERS)
def test_words_that_say_nothing_name_nothing(folder: str) -> None:
    words = WORDS - TERMS.get(folder, set())
    uses = Counter(name for path in sources(folder) for name in names(tree_of(path)) if name in words)
    assert not uses, dict(uses)


def test_every_class_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for folder in ("layers/shared", "functions", "infra", "belvedere_cli"):
        for path in sources(folder):
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}
