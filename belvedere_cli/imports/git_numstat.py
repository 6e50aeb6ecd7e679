"""Reads what `git log -z --numstat` tells: parts between NULs, as bytes, for names and paths may hold anything else."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, NamedTuple

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.git_languages import language_of

FORMAT = "tformat:%H %at%x00%aN%x00%aE"
HEADER = re.compile(rb"(?P<sha>[0-9a-f]{40,64}) (?P<time>-?\d*)")
CHANGE = re.compile(rb"\n?(?P<added>\d+|-)\t(?P<removed>\d+|-)\t(?P<path>.*)", re.DOTALL)
CHUNK = 1 << 16
LONGEST_NAME = 200


class NumstatCommit(NamedTuple):
    """A commit; `time` is its author's, epoch seconds, None where git cannot read one."""

    sha: str
    time: int | None
    name: str
    email: str
    additions: int | None
    deletions: int | None
    language: str | None


def between_nuls(stream: IO[bytes]) -> Iterator[bytes]:
    """The parts of a stream, each of which a NUL ends."""
    rest = b""
    while chunk := stream.read(CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def parsed(parts: Iterator[bytes], shallow: frozenset[str]) -> Iterator[NumstatCommit]:
    """Commits of the parts of a log: header, name, address, then a part for each file, or three for a renamed one."""
    header = next(parts, None)
    while header is not None:
        begin = HEADER.fullmatch(header)
        if begin is None:
            raise UsageError(f"git log told something else than a commit: {header[:60]!r}")
        name, email = next(parts, b""), next(parts, b"")
        lines: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        header = next(parts, None)
        while header is not None and (change := CHANGE.fullmatch(header)):
            path = change["path"] or (next(parts, b""), next(parts, b""))[1]  # a renamed file's new name is the second
            _count(change, path, lines, languages)
            header = next(parts, None)
        sha = begin["sha"].decode()
        yield _commit(sha, _time(begin["time"]), name, email, lines if sha not in shallow else None, languages)


def _count(change: re.Match[bytes], path: bytes, lines: Counter[str], languages: Counter[str]) -> None:
    """Add a file's lines; a binary file has none."""
    if change["added"] == b"-":
        return
    added, removed = int(change["added"]), int(change["removed"])
    lines.update(added=added, removed=removed)
    if language := language_of(path.decode("utf-8", "replace")):
        languages[language] += added + removed


def _commit(
    sha: str, time: int | None, name: bytes, email: bytes, lines: Counter[str] | None, languages: Counter[str]
) -> NumstatCommit:
    most = min(languages, key=lambda language: (-languages[language], language), default=None)
    counts = (None, None, None) if lines is None else (lines["added"], lines["removed"], most)
    return NumstatCommit(sha, time, _text(name), _text(email), *counts)


def _time(digits: bytes) -> int | None:
    """Seconds; of an absurd number of digits none, as Python refuses to read thousands of them."""
    return int(digits) if re.fullmatch(rb"-?\d{1,20}", digits) else None


def _text(value: bytes) -> str:
    """Without what no name may hold, and no longer than one may be."""
    return "".join(filter(str.isprintable, value.decode("utf-8", "replace"))).strip()[:LONGEST_NAME]
