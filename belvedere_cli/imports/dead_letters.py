"""Rows that did not become events of the stack, kept beside their file as JSON lines: `line`, `reason`, `raw`.

They are written when their batch is acknowledged, so an import that goes on adds to what is there, and one that begins
again begins with no file. A clean run leaves none.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from belvedere_cli.imports.feed import ParsedRow

SUFFIX = ".deadletter.jsonl"


class DeadLetter(NamedTuple):
    """A row and why it is one."""

    reading: ParsedRow
    reason: str

    def encoded(self) -> bytes:
        """As one line. The row is text, whatever it was, so that a mended one can be pasted back."""
        raw = self.reading.raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
        return msgspec.json.encode({"line": self.reading.line, "reason": self.reason, "raw": raw}) + b"\n"


def place_of(file: Path, directory: Path | None) -> Path:
    """Where the dead letters of a file are."""
    return (directory or file.parent) / f"{file.stem}{SUFFIX}"


def begin(path: Path) -> None:
    """Forget those of an earlier run."""
    path.unlink(missing_ok=True)


def add(path: Path, letters: Iterable[DeadLetter]) -> int:
    """Put letters into the file, in the order of their lines; how many there were."""
    ordered = sorted(letters, key=lambda letter: letter.reading.line)
    if ordered:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.writelines(letter.encoded() for letter in ordered)
    return len(ordered)
