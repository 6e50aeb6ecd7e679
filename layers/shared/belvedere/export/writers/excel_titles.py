"""Titles of sheets as Excel takes them. Pure."""

import re
from collections.abc import Sequence

MAX_TITLE = 31
RESERVED = "history"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_titles(wanted: Sequence[str]) -> list[str]:
    """Titles as near to the wanted ones as may be: 31 characters, none of `[]:*?/\\`, and each another one."""
    titles: list[str] = []
    for name in wanted:
        taken = {title.casefold() for title in titles} | {RESERVED}
        titles.append(next(title for title in _candidates(_valid(name)) if title.casefold() not in taken))
    return titles


def _valid(name: str) -> str:
    return _FORBIDDEN.sub("_", name)[:MAX_TITLE].strip("'") or "sheet"


def _candidates(title: str) -> "Sequence[str]":
    numbered = (f" ({number})" for number in range(2, 1_000))
    return [title, *(title[: MAX_TITLE - len(suffix)] + suffix for suffix in numbered)]
