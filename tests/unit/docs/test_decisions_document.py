"""Decisions are few, dated, and say what, why and the way back; so do those that stand beside a board or an area."""

import re

import pytest

from tests.unit.docs.markdown import ROOT, text

MOST = 40
DESIGN = [
    "docs/decisions.md", "docs/local-stack.md",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*/*.md"))),
]  # fmt: skip
PARTS = ("\n**Decision.** ", "\n**Why.** ")
WAY_BACK = "\n**The way back.** "
REVERSED = "\nReversed on "


def entries(document: str) -> dict[str, str]:
    """The text under each heading of the third level."""
    _, *sections = re.split(r"^### ", re.sub(r"^## .*$", "", text(document), flags=re.MULTILINE), flags=re.MULTILINE)
    return {title: body for title, _, body in (section.partition("\n") for section in sections)}


def test_the_architecture_fits_into_few_entries() -> None:
    assert 0 < len(entries("docs/decisions.md")) <= MOST


@pytest.mark.parametrize("document", DESIGN)
def test_every_decision_is_dated_and_gives_its_reason_and_the_way_back(document: str) -> None:
    incomplete = [
        title
        for title, body in entries(document).items()
        if not re.match(r"\*20\d\d-\d\d-\d\d\*\n", body)
        or not all(part in body for part in PARTS)
        or not (WAY_BACK in body or REVERSED in body)
    ]
    assert incomplete == []


def test_no_decision_stands_in_two_places() -> None:
    titles = [title for document in DESIGN for title in entries(document)]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("document", [name for name in DESIGN if name != "docs/decisions.md"])
def test_decisions_lead_to_every_page_beside_them(document: str) -> None:
    assert f"]({document.removeprefix('docs/')})" in text("docs/decisions.md")
