"""Commands that work against any deployment do not need the package of the local stack."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from belvedere_cli.layer import ROOT
from tests.syntax import tree_of

MODULES = sorted((ROOT / "belvedere_cli").rglob("*.py"))
LOCAL_STACK = "belvedere_cli/commands/local_stack.py"


def imported(nodes: list[ast.stmt]) -> Iterator[str]:
    """The modules that statements import, at whatever depth."""
    for node in (inner for statement in nodes for inner in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def of_local_stack(nodes: list[ast.stmt]) -> list[str]:
    return [name for name in imported(nodes) if name.partition(".")[0] == "infra"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_commands_of_the_local_stack_import_it(path: Path) -> None:
    names = of_local_stack(tree_of(path).body)
    assert names == [] or str(path.relative_to(ROOT)) == LOCAL_STACK


def test_the_local_stack_is_imported_by_its_commands_when_they_run() -> None:
    body = tree_of(ROOT / LOCAL_STACK).body
    assert of_local_stack([node for node in body if isinstance(node, ast.FunctionDef)])
    assert of_local_stack([node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]) == []


def test_help_waits_for_nothing_that_takes_long_to_import() -> None:
    slow = ("aiohttp", "belvedere", "boto3", "botocore", "infra", "msgspec", "rich")
    code = (
        "import sys\n"
        "from belvedere_cli import cli\n"
        "cli.main(['--help']), cli.main(['import', '--help'])\n"
        f"print([name for name in {slow} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
