"""The commits of a local repository as `git log` tells them, one after the other, read as bytes between NULs.

Names come mapped by `.mailmap`. Lines are counted against the first parent; a merge has none of its own.
Of a commit whose parents a shallow clone does not hold, they are not known: git would count every file it ever had.
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from infra.local.event_target import UsageError
from infra.local.git_languages import language_of

FORMAT = "tformat:%H %at%x00%aN%x00%aE"
HEADER = re.compile(rb"(?P<sha>[0-9a-f]{40,64}) (?P<time>-?\d+)")
CHANGE = re.compile(rb"\n?(?P<added>\d+|-)\t(?P<removed>\d+|-)\t(?P<path>.*)", re.DOTALL)
LOG = ("log", "--encoding=UTF-8", "-z", "-M", "--numstat", "--diff-merges=off", "--no-show-signature", "--no-color",
       "--no-ext-diff", "--use-mailmap", f"--format={FORMAT}")  # fmt: skip
CHUNK = 1 << 16
OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class Commit(NamedTuple):
    """A commit; `time` is its author's, epoch seconds."""

    sha: str
    time: int
    name: str
    email: str
    additions: int | None
    deletions: int | None
    language: str | None


@dataclass(frozen=True)
class GitRepository:
    """A repository on this machine, asked by running git in it. All methods raise UsageError with what git said."""

    path: Path

    def ask(self, *arguments: str) -> str | None:
        """The answer to a question; None where git has none."""
        done = subprocess.run(self._command(*arguments), capture_output=True, env=_environment(), check=False)
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

    def check(self) -> None:
        """That there is a repository."""
        if not self.path.is_dir():
            raise UsageError(f"{self.path} is not a folder")
        done = subprocess.run(
            self._command("rev-parse", "--git-dir"), capture_output=True, env=_environment(), check=False
        )
        if done.returncode:
            raise UsageError(f"git in {self.path}: {_said(done.stderr)}")

    def tips(self, branch: str | None, *, everything: bool) -> list[str]:
        """The commits that the log begins with; none in a repository that is empty."""
        if everything:
            return sorted({*self._all_commits(), *self._commits("HEAD")})
        if branch is None:
            return self._commits("HEAD")
        tips = [] if branch.startswith("-") else self._commits(branch)
        if not tips:
            raise UsageError(f"there is no branch {branch!r} in {self.path}")
        return tips

    def number(self, tips: list[str], since: date | None) -> int:
        """How many commits the log has."""
        if not tips:  # git would begin with what is checked out
            return 0
        with self._run("rev-list", "--count", tips=tips, since=since) as git:
            assert git.stdout is not None
            return int(git.stdout.read() or 0)

    def commits(self, tips: list[str], since: date | None) -> Iterator[Commit]:
        """The log, newest first."""
        if not tips:
            return
        with self._run(*LOG, tips=tips, since=since) as git:
            assert git.stdout is not None
            yield from _parsed(_between_nuls(git.stdout), self._shallow())

    @contextmanager
    def _run(self, *arguments: str, tips: list[str], since: date | None) -> Iterator["subprocess.Popen[bytes]"]:
        """A git that walks from these commits, which it reads from its input, for there may be very many."""
        with TemporaryFile() as asked, TemporaryFile() as said:
            asked.write("".join(f"{tip}\n" for tip in tips).encode())
            asked.seek(0)
            limits = [f"--since={since.isoformat()}T00:00:00Z"] if since else []
            command = self._command(*arguments, *limits, "--stdin")
            with subprocess.Popen(command, stdin=asked, stdout=PIPE, stderr=said, env=_environment()) as git:
                try:
                    yield git
                    git.wait()
                except BaseException:
                    git.kill()
                    raise
            if git.returncode:
                said.seek(0)
                raise UsageError(f"git {arguments[0]} in {self.path}: {_said(said.read())}")

    def _commits(self, revision: str) -> list[str]:
        """The commit that a name means; none where it means none."""
        found = self.ask("rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}")
        return [found] if found else []

    def _all_commits(self) -> list[str]:
        """The commits of every branch and tag."""
        found = self.ask("rev-list", "--no-walk", "--all")
        return found.split() if found else []

    def _shallow(self) -> frozenset[str]:
        """The commits whose parents are not here."""
        told = self.ask("rev-parse", "--git-path", "shallow")
        file = self.path / told if told else None
        return frozenset(file.read_text().split()) if file and file.is_file() else frozenset()

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.path), "--no-pager", *arguments]


def _environment() -> dict[str, str]:
    """Of a git that asks nobody and looks only where it is told to."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_HOOKS}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}


def _said(stderr: bytes) -> str:
    return stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ") or "no reason given"


def _between_nuls(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _parsed(parts: Iterator[bytes], shallow: frozenset[str]) -> Iterator[Commit]:
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
        yield _commit(sha, int(begin["time"]), name, email, lines if sha not in shallow else None, languages)


def _count(change: re.Match[bytes], path: bytes, lines: Counter[str], languages: Counter[str]) -> None:
    """Add a file's lines; a binary file has none."""
    if change["added"] == b"-":
        return
    added, removed = int(change["added"]), int(change["removed"])
    lines.update(added=added, removed=removed)
    if language := language_of(path.decode("utf-8", "replace")):
        languages[language] += added + removed


def _commit(
    sha: str, time: int, name: bytes, email: bytes, lines: Counter[str] | None, languages: Counter[str]
) -> Commit:
    most = min(languages, key=lambda language: (-languages[language], language), default=None)
    told = (None, None, None) if lines is None else (lines["added"], lines["removed"], most)
    return Commit(sha, time, _text(name), _text(email), *told)


def _text(value: bytes) -> str:
    """Without what no name may hold, and no longer than one may be."""
    return "".join(one for one in value.decode("utf-8", "replace") if one.isprintable()).strip()[:200]
