"""The commits of a local repository as `git log` tells them, one after the other.

No setting of a user, a machine or the environment changes what is told (`git_settings`). Names come mapped by the
repository's `.mailmap`. Lines are counted against the first parent; a merge has none of its own. Of a commit whose
parents a shallow clone does not hold, they are not known: git would count every file it ever had.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryFile

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.git_numstat import FORMAT, NumstatCommit, between_nuls, parsed
from belvedere_cli.imports.git_settings import LOG, environment, settings


@dataclass(frozen=True)
class GitRepository:
    """A repository on this machine, asked by running git in it. All methods raise UsageError with what git said."""

    path: Path

    def ask(self, *arguments: str) -> str | None:
        """The answer to a question; None where git has none."""
        done = subprocess.run(self._command(*arguments), capture_output=True, env=environment(), check=False)
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

    def check(self) -> None:
        """That there is a repository."""
        if not self.path.is_dir():
            raise UsageError(f"{self.path} is not a folder")
        done = subprocess.run(
            self._command("rev-parse", "--git-dir"), capture_output=True, env=environment(), check=False
        )
        if done.returncode:
            raise UsageError(f"git in {self.path}: {_said(done.stderr)}")

    def tips(self, branch: str | None, *, everything: bool) -> list[str]:
        """The commits that the log begins with; none in a repository that is empty. Raises UsageError."""
        if everything and branch is not None:
            raise UsageError("--branch and --all exclude each other")
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

    def commits(self, tips: list[str], since: date | None) -> Iterator[NumstatCommit]:
        """The log, newest first."""
        if not tips:
            return
        with self._run(*self._drivers(), *LOG, f"--format={FORMAT}", tips=tips, since=since) as git:
            assert git.stdout is not None
            yield from parsed(between_nuls(git.stdout), self._shallow())

    def _drivers(self) -> list[str]:
        """Options that leave it to git again which files are binary, where the repository's settings say so."""
        attributes = self.ask("config", "--local", "--name-only", "--get-regexp", r"^diff\..+\.binary$")
        return [word for name in (attributes or "").split("\n") if name for word in ("-c", f"{name}=auto")]

    @contextmanager
    def _run(self, *arguments: str, tips: list[str], since: date | None) -> Iterator["subprocess.Popen[bytes]"]:
        """A git that walks from these commits, which it reads from its input, for there may be very many."""
        with TemporaryFile() as revisions, TemporaryFile() as errors:
            revisions.write("".join(f"{tip}\n" for tip in tips).encode())
            revisions.seek(0)
            limits = [f"--since={since.isoformat()}T00:00:00Z"] if since else []
            command = self._command(*arguments, *limits, "--stdin")
            with subprocess.Popen(command, stdin=revisions, stdout=PIPE, stderr=errors, env=environment()) as git:
                try:
                    yield git
                    git.wait()
                except BaseException:
                    git.kill()
                    raise
            if git.returncode:
                errors.seek(0)
                raise UsageError(f"git in {self.path}: {_said(errors.read())}")

    def _commits(self, revision: str) -> list[str]:
        """The commit that a name means; none where it means none."""
        sha = self.ask("rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}")
        return [sha] if sha else []

    def _all_commits(self) -> list[str]:
        """The commits of every branch and tag."""
        tips = self.ask("rev-list", "--no-walk", "--all")
        return tips.split() if tips else []

    def _shallow(self) -> frozenset[str]:
        """The commits whose parents are not here."""
        path = self.ask("rev-parse", "--git-path", "shallow")
        file = self.path / path if path else None
        return frozenset(file.read_text().split()) if file and file.is_file() else frozenset()

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.path), "--no-pager", *settings(), *arguments]


def _said(stderr: bytes) -> str:
    return stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ") or "no reason given"
