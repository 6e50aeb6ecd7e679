"""The commits of real repositories, this one among them, become events: each once, whatever is odd about them."""

import asyncio
import os
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.ingest.parse import parse
from belvedere_cli.errors import UsageError
from belvedere_cli.imports import git
from belvedere_cli.imports.git_languages import language_of
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.repo import slug_of_folder, slug_of_remote
from belvedere_cli.sending.event_target import Target
from tests.unit.infra.fake_stack import FakeStack
from tests.unit.infra.test_importer import Notes

ADA = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": "2024-01-02T11:00:00+02:00"}
NOW = 1_924_992_000_000


class Repository:
    """A repository made for a test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, **environment: str) -> str:
        at = {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@c", "GIT_COMMITTER_DATE": "2024-01-03T00:00:00Z"}
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        environment = {**os.environ, **nobody, **at, **ADA, **environment}
        run = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(run, env=environment, check=True, capture_output=True).stdout.decode().strip()

    def commit_of(self, author: str) -> str:
        """A commit whose author line is what nobody else would write, on top of the branch."""
        tree, parent = self.git("rev-parse", "HEAD^{tree}"), self.git("rev-parse", "HEAD")
        text = f"tree {tree}\nparent {parent}\n{author}\ncommitter C <c@c> 1704240000 +0000\n\nodd\n"
        made = ["git", "-C", str(self.path), "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
        sha = subprocess.run(made, input=text.encode(), check=True, capture_output=True).stdout.decode().strip()
        self.git("update-ref", "HEAD", sha)
        return sha

    def commit(self, *, files: dict[str, bytes | str] | None = None, **environment: str) -> str:
        for name, content in (files or {}).items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "more", **environment)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "lens")


def imported(
    path: Path, state: Path, notes: Notes | None = None, **how: Any
) -> tuple[ImportCounts, dict[str, dict[str, Any]]]:
    """The tally, and the events by the commit."""
    stack = FakeStack()
    with git.feed(str(path), **how) as feed:
        job = prepare(feed, Target("http://stack", "key"), state_dir=state, restart=False, display=notes or Notes())
        asyncio.run(job.send(stack.client()))
    return job.tally, stack.events


def test_this_repository_goes_in_commit_by_commit(history: Path, tmp_path: Path) -> None:
    count = ["git", "-C", str(history), "rev-list", "--count", "HEAD"]
    number = int(subprocess.run(count, check=True, capture_output=True).stdout)
    tally, events = imported(history, tmp_path)
    assert (tally.rows, tally.accepted, len(events)) == (number, number, number)
    lines = ["git", "-C", str(history), "log", "--format=", "--numstat", "-M"]
    told = subprocess.run(lines, check=True, capture_output=True, text=True).stdout.split("\n")
    added = sum(int(line.split("\t")[0]) for line in told if line and line[0] != "-")
    shallow = (history / ".git" / "shallow").exists()
    assert shallow or sum(event["properties"]["additions"] for event in events.values()) == added
    assert any(event["properties"].get("language") == "Python" for event in events.values())


def test_a_commit_tells_its_author_time_lines_and_language(repository: Repository, tmp_path: Path) -> None:
    sha = repository.commit(files={"a.py": "1\n2\n3\n", "b.js": "1\n", "notes.md": "1\n" * 9})
    _, events = imported(repository.path, tmp_path)
    assert events[sha] == {
        "id": sha,
        "type": "productivity.commit",
        "time": 1704186000000,  # 09:00 UTC
        "user": "ada@example.org",
        "properties": {"sha": sha, "repo_slug": "lens", "additions": 13, "deletions": 0, "language": "Python"},
    }
    assert parse(msgspec.json.encode(events[sha]), "demo", NOW).time == 1704186000000


def test_renames_binaries_merges_and_odd_names_are_fine(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit(files={"old name.py": "1\n2\n3\n4\n", "ü\n\t.js": "1\n"})
    repository.git("mv", "old name.py", "new\tname.py")
    second = repository.commit(files={"picture.png": b"\x00\x01\x02"})
    repository.git("checkout", "-q", "-b", "side", first)
    side = repository.commit(files={"side.go": "1\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "both", "side")
    merge = repository.git("rev-parse", "HEAD")
    empty = repository.commit()
    tally, events = imported(repository.path, tmp_path)
    lines = {sha: (event["properties"]["additions"], event["properties"]["deletions"]) for sha, event in events.items()}
    assert lines == {first: (5, 0), second: (0, 0), side: (1, 0), merge: (0, 0), empty: (0, 0)}
    assert events[side]["properties"]["language"] == "Go"
    assert "language" not in events[merge]["properties"]
    assert tally.rows == 5


def test_names_that_are_not_utf8_do_not_stop_it(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")
    name = os.fsdecode(b"J\xf6rg")
    sha = repository.commit(GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL="j@example.org")
    assert imported(repository.path, tmp_path, user="name")[1][sha]["user"] == "Jörg"
    repository.git("config", "i18n.commitEncoding", "UTF-8")
    sha = repository.commit(GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL="j@example.org")
    assert "rg" in imported(repository.path, tmp_path, user="name")[1][sha]["user"]


def test_a_mailmap_says_who_people_are(repository: Repository, tmp_path: Path) -> None:
    sha = repository.commit(files={".mailmap": "Ada Byron <12+ada@users.noreply.github.com> <ada@example.org>\n"})
    assert imported(repository.path, tmp_path)[1][sha]["user"] == "ada"
    assert imported(repository.path, tmp_path, user="name")[1][sha]["user"] == "Ada Byron"


def test_an_empty_repository_has_no_commits(repository: Repository, tmp_path: Path) -> None:
    assert imported(repository.path, tmp_path)[0] == ImportCounts()
    assert imported(repository.path, tmp_path, all=True)[0] == ImportCounts()


def test_branches_and_days_narrow_it(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit(files={"x": "1"}, GIT_COMMITTER_DATE="2024-02-01T00:00:00Z")
    repository.git("tag", "-a", "-m", "one", "v1")
    repository.git("checkout", "-q", "main")
    assert set(imported(repository.path, tmp_path)[1]) == {first}
    assert set(imported(repository.path, tmp_path, branch="side")[1]) == {first, side}
    assert set(imported(repository.path, tmp_path, all=True)[1]) == {first, side}
    assert set(imported(repository.path, tmp_path, all=True, since=date(2024, 1, 15))[1]) == {side}
    for name in ("nowhere", "--output=x"):
        with pytest.raises(UsageError, match="no branch"):
            imported(repository.path, tmp_path, branch=name)
    with pytest.raises(UsageError, match="exclude each other"):
        imported(repository.path, tmp_path, branch="side", all=True)


def test_of_the_first_commit_of_a_shallow_clone_no_lines_are_told(repository: Repository, tmp_path: Path) -> None:
    repository.commit(files={"a.py": "1\n" * 500})
    second = repository.commit(files={"b.py": "1\n"})
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.path}", str(clone))
    _, events = imported(clone, tmp_path)
    assert events[second]["properties"] == {"sha": second, "repo_slug": "clone"}


def test_a_bare_repository_is_one_too(repository: Repository, tmp_path: Path) -> None:
    sha = repository.commit()
    repository.git("clone", "-q", "--bare", str(repository.path), str(tmp_path / "bare.git"))
    assert imported(tmp_path / "bare.git", tmp_path)[1][sha]["properties"]["repo_slug"] == "bare"


def test_what_is_no_repository_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        imported(tmp_path, tmp_path)
    with pytest.raises(UsageError, match="not a folder"):
        imported(tmp_path / "nowhere", tmp_path)


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("git@github.com:octo/lens.git", "octo/lens"),
        ("https://github.com/octo/lens", "octo/lens"),
        ("https://ada:secret@github.com/octo/lens.git/", "octo/lens"),
        ("ssh://git@host.example:2222/group/sub/lens.git", "sub/lens"),
        ("/srv/git/lens.git", None),
        ("../lens", None),
        ("file:///srv/lens.git", None),
    ],
)
def test_a_repository_is_called_as_its_remote_has_it(address: str, known_as: str | None) -> None:
    assert slug_of_remote(address) == known_as


def test_the_remote_comes_before_the_folder_and_the_option_before_both(repository: Repository, tmp_path: Path) -> None:
    sha = repository.commit()
    repository.git("remote", "add", "origin", "git@github.com:octo/lens.git")
    assert imported(repository.path, tmp_path)[1][sha]["properties"]["repo_slug"] == "octo/lens"
    assert imported(repository.path, tmp_path, repo="o/own")[1][sha]["properties"]["repo_slug"] == "o/own"
    assert slug_of_folder("my~lens.git") == "my-lens"


@pytest.mark.parametrize(
    ("path", "language"),
    [("a/b.PY", "Python"), ("x.tsx", "TypeScript"), ("Dockerfile", "Dockerfile"), ("data.json", None), ("noend", None)],
)
def test_a_file_is_in_a_language_by_its_name(path: str, language: str | None) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    "author",
    [
        "author Ada <ada@example.org>",
        "author Ada <ada@example.org> -86400 +0000",
        "author Ada <ada@example.org> yesterday",
        "author Ada 1704186000 +0000",
        "author Ada <ada@example.org> 99999999999999999999 +0000",
        "author Ada <ada@example.org> 253402300800 +0000",
        "author",
    ],
)
def test_a_commit_without_a_date_costs_itself_only(repository: Repository, tmp_path: Path, author: str) -> None:
    first = repository.commit(files={"a.py": "1\n"})
    odd = repository.commit_of(author)
    last = repository.commit(files={"b.py": "1\n"})
    notes = Notes()
    tally, events = imported(repository.path, tmp_path, notes)
    assert set(events) == {first, last}
    assert (tally.rows, tally.malformed, tally.accepted) == (3, 1, 2)
    (note,) = notes.notes
    assert note.startswith(f"commit {odd[:12]}: ")
    assert "author's date" in note


def test_a_commit_without_a_mail_has_its_authors_name(repository: Repository, tmp_path: Path) -> None:
    repository.commit()
    odd = repository.commit_of("author Ada <> 1704186000 +0000")
    nobody = repository.commit_of("author  <> 1704186000 +0000")
    _, events = imported(repository.path, tmp_path)
    assert (events[odd]["user"], events[nobody].get("user")) == ("Ada", None)


def test_a_repository_that_breaks_off_keeps_what_came_before(repository: Repository, tmp_path: Path) -> None:
    repository.commit(files={"a.py": "1\n"})
    tree = repository.git("rev-parse", "HEAD^{tree}")
    later = {repository.commit(files={f"{n}.py": "1\n"}) for n in range(3)}
    (repository.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    stack = FakeStack()
    with git.feed(str(repository.path)) as feed:
        job = prepare(feed, Target("http://stack", "key"), state_dir=tmp_path, restart=False, display=Notes())
        with pytest.raises(UsageError, match="git in"):
            asyncio.run(job.send(stack.client()))
    assert set(stack.events) >= later - {min(later)}
    assert job.tally.accepted == len(stack.events) >= 2


HOSTILE = """
[log] showRoot = false
    mailmap = false
    showSignature = true
    follow = true
[diff] renames = false
    renameLimit = 1
    algorithm = patience
    relative = true
    noprefix = true
    mnemonicPrefix = true
    external = false
    orderFile = /nowhere
    submodule = diff
    ignoreSubmodules = all
    wordRegex = .
    interHunkContext = 50
    indentHeuristic = false
    colorMoved = zebra
[diff "loud"] textconv = rev
    command = false
    binary = true
    algorithm = histogram
[core] quotePath = true
    attributesFile = {attributes}
    bigFileThreshold = 1
    pager = false
[color] ui = always
[i18n] logOutputEncoding = UTF-16
[mailmap] file = {mailmap}
[format] pretty = oneline
    notes = true
[notes] displayRef = refs/notes/*
[alias] log = status
"""


def _varied(repository: Repository) -> None:
    """A history in which every one of these settings would change a number or a name."""
    first, second = ("".join(f"{name} {n}\n" for n in range(40)) for name in ("first", "second"))
    repository.commit(files={"a.py": first, "sub/b.py": second, "c.txt": "1\n", ".gitattributes": "*.txt diff=loud\n",
                             "d.py": "\n".join("bacaddddb") + "\n"})  # fmt: skip
    for old, new in (("a.py", "moved.py"), ("sub/b.py", "sub/moved.py")):
        repository.git("mv", old, new)
    repository.commit(files={"moved.py": f"{first}more\n", "sub/moved.py": f"{second}more\n"})
    repository.commit(files={"d.py": "\n".join("adaddadcb") + "\n", "sub/ü.js": "1\n"}, GIT_AUTHOR_NAME="Ada ü")
    repository.git("notes", "add", "-m", "seen", "HEAD")


def _told(repository: Repository, state: Path) -> dict[str, dict[str, Any]]:
    return imported(repository.path / "sub", state, repo="octo/lens", user="name")[1]


@pytest.mark.parametrize("place", ["global", "system", "local", "environment"])
def test_no_setting_changes_what_is_told(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    _varied(repository)
    told = _told(repository, tmp_path)
    (tmp_path / "attributes").write_text("* -diff\n")
    (tmp_path / "mailmap").write_text("Mallory <m@example.org> <ada@example.org>\n")
    hostile = tmp_path / "hostile"
    hostile.write_text(HOSTILE.format(attributes=tmp_path / "attributes", mailmap=tmp_path / "mailmap"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=9")
    monkeypatch.setenv("GIT_NOTES_DISPLAY_REF", "refs/notes/commits")
    if place == "local":
        with (repository.path / ".git" / "config").open("a") as config:
            config.write(hostile.read_text())
    elif place == "environment":
        monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
        for number, (key, value) in enumerate([("log.showRoot", "false"), ("diff.renames", "false")]):
            monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
            monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
        monkeypatch.setenv("GIT_DIR", str(tmp_path))
        monkeypatch.setenv("GIT_ATTR_SOURCE", "HEAD")
    else:
        monkeypatch.setenv(f"GIT_CONFIG_{place.upper()}", str(hostile))
        monkeypatch.setenv("HOME", str(tmp_path))
    assert _told(repository, tmp_path) == told
    lines = [(event["properties"]["additions"], event["properties"]["deletions"]) for event in told.values()]
    assert sorted(lines) == [(2, 0), (4, 3), (91, 0)]
