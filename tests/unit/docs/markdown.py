"""What the tests of the documents read them with."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def text(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text()


def section(name: str, heading: str) -> str:
    """What stands under a heading of a document, up to the next one of its level or above."""
    _, found, rest = text(name).partition(f"\n{heading}\n")
    assert found, f"{name} has no heading {heading!r}"
    depth = heading.index(" ")
    return re.split(rf"^#{{1,{depth}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(markdown: str) -> dict[str, list[str]]:
    """The rows of all tables by the names in code that their first cell holds, each as its other cells."""
    found = {}
    for line in markdown.splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip().strip("|").split("|"))
            found.update(dict.fromkeys(re.findall(r"`([^`]+)`", first), others))
    return found


def code(markdown: str) -> list[str]:
    """Everything written as code within a line."""
    return re.findall(r"`([^`\n]+)`", markdown)
