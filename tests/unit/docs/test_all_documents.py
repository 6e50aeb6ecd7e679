"""What the documents point at is there: links, files, make targets."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.markdown import ROOT, code, text

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "events/README.md",
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("docs/**/*.md"))),
]
LOOKED_FOR_IN = (ROOT, ROOT / "layers" / "shared" / "belvedere")
FOLDERS = ("docs", "events", "functions", "infra", "layers", "tests", "web", "bench", *(
    path.name for path in LOOKED_FOR_IN[1].iterdir() if path.is_dir()
))  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(document))
    assert [link for link in links if "://" not in link and not ((ROOT / document).parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_files_are_there(document: str) -> None:
    named = [name for name in code(text(document)) if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*", name)]
    assert [name for name in named if not any((place / name).exists() for place in LOOKED_FOR_IN)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_make_targets_are_there(document: str) -> None:
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE)
    commands = [*code(text(document)), *text(document).splitlines()]
    named = {found[1] for command in commands if (found := re.match(r"make ([a-z-]+)\b", command))}
    assert named - set(targets) == set()


def test_the_readme_names_the_two_commands_to_begin_with() -> None:
    assert {"make up", "make test"} <= {" ".join(line.split()[:2]) for line in text("README.md").splitlines()}


def test_no_document_names_a_place_of_one_machine() -> None:
    places = re.compile(rf"(?<![\w.])(?:/home/|/Users/|/work/|/tmp/)\w|{re.escape(str(Path.home()))}/")
    assert [document for document in DOCUMENTS if places.search(text(document))] == []
