"""The commits of a local repository, as events of the same ids as GitHub's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

from belvedere.boards.productivity.events import COMMIT
from belvedere.boards.productivity.github.events import developer
from belvedere_cli.imports.feed import Feed, ParsedRow
from belvedere_cli.imports.git_log import GitRepository
from belvedere_cli.imports.git_numstat import NumstatCommit
from belvedere_cli.imports.mappings.base import present
from belvedere_cli.imports.repo import slug, slug_of_folder, slug_of_remote
from belvedere_cli.imports.session import feed_sender
from belvedere_cli.sending.event_wire import WireEvent

GIT = "git"
EMAIL, NAME = "email", "name"
SECONDS = range(253_402_300_800)  # years 1970 to 9999


@contextmanager
def feed(
    source: str, *, repo: str | None = None, since: date | None = None, branch: str | None = None,
    all: bool = False, user: str = EMAIL,  # named like the options of the command
) -> Iterator[Feed]:  # fmt: skip
    """The commits of the repository at a path. Raises UsageError."""
    repository = GitRepository(Path(source))
    repository.check()
    tips = repository.tips(branch, everything=all)
    known_as = slug(repo) or slug_told_by(repository)
    digest = sha256(f"{tips} {known_as} {since} {user}".encode()).hexdigest()
    commits = enumerate(repository.commits(tips, since), start=1)
    readings = (reading_of(commit, number, known_as, user) for number, commit in commits)
    yield Feed(known_as or source, GIT, digest, repository.number(tips, since), readings)


send = feed_sender(feed)


def reading_of(commit: NumstatCommit, position: int, repo: str | None, user: str = EMAIL) -> ParsedRow:
    """The event of a commit, or why it has none: git takes dates that are none, and some that no calendar has."""
    place = f"commit {commit.sha[:12]}"
    if commit.time is None or commit.time not in SECONDS:
        problem = "no author's date that can be read" if commit.time is None else f"an author's date of {commit.time} s"
        return ParsedRow(place, problem=f"{problem}; one from 1970 to 9999 is needed", position=position)
    return ParsedRow(place, (event_of(commit, commit.time, repo, user),), position=position)


def event_of(commit: NumstatCommit, time: int, repo: str | None, user: str = EMAIL) -> WireEvent:
    """The event of a commit, at its author's time (epoch seconds)."""
    named = commit.name or commit.email or None
    properties = present(sha=commit.sha, repo_slug=repo, additions=commit.additions, deletions=commit.deletions,
                   language=commit.language)  # fmt: skip
    return WireEvent(
        id=commit.sha, type=COMMIT, time=time * 1_000, properties=properties,
        user=named if user == NAME else developer(commit.name, commit.email),
    )  # fmt: skip


def slug_told_by(repository: GitRepository) -> str | None:
    """As the remote `origin` has it, else like the folder."""
    remote = repository.ask("remote", "get-url", "origin")
    top = repository.ask("rev-parse", "--show-toplevel") or repository.ask("rev-parse", "--absolute-git-dir")
    return (slug_of_remote(remote) if remote else None) or slug_of_folder(Path(top or repository.path.resolve()).name)
