"""A ProdLens cache (SQLite): its traces, pull requests and commits. It is opened for reading only.

What older caches lack is left out: a table has no rows, a column has no values. The cache knows no time of reopening
and, of pull requests that were not merged, no time of closing; their last change stands for it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from belvedere.boards.productivity.events import CLOSED, COMMIT, OPENED, REWORK, SESSION
from belvedere.clock import iso
from belvedere_cli.errors import UsageError
from belvedere_cli.imports.feed import Feed, ParsedRow, problem_of
from belvedere_cli.imports.mappings import RowError
from belvedere_cli.imports.mappings.base import present
from belvedere_cli.imports.repo import slug
from belvedere_cli.imports.session import feed_sender
from belvedere_cli.imports.source import digest_of
from belvedere_cli.imports.traces.session import identity
from belvedere_cli.imports.traces.values import amount, count, moment_ms, name, repo, share, status
from belvedere_cli.sending.event_wire import WireEvent

PRODLENS = "prodlens"
TABLES = {
    "sessions": ("session_id", "developer_id", "timestamp", "model", "tokens_in", "tokens_out", "latency_ms",
                 "status_code", "accepted_flag", "repo_slug", "cost_usd", "diff_ratio", "accepted_lines"),
    "pull_requests": ("id", "number", "author", "state", "created_at", "merged_at", "updated_at", "reopened"),
    "commits": ("sha", "author", "timestamp"),
}  # fmt: skip
CLOSED_STATE = "closed"
Row = dict[str, Any]


@contextmanager
def feed(source: str, *, repo: str | None = None, zero_is_untracked: bool = False) -> Iterator[Feed]:
    """The rows of a cache. Raises UsageError and OSError."""
    path, default_repo = Path(source), slug(repo)
    digests = [digest_of(file) for file in (path, path.with_name(f"{path.name}-wal")) if file.exists() or file == path]
    digest = sha256(f"{digests} {default_repo} {zero_is_untracked}".encode()).hexdigest()
    try:
        with closing(_open(path)) as database:
            size = sum(_rows(database, table) for table in TABLES)
            readings = _readings(database, default_repo, zero_is_untracked=zero_is_untracked)
            yield Feed(path.name, PRODLENS, digest, size, readings)
    except sqlite3.Error as error:
        raise UsageError(f"{path} is not a database that can be read: {error}") from error


send = feed_sender(feed)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _rows(database: sqlite3.Connection, table: str) -> int:
    """How many rows there are; 0 without the table."""
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) if _columns(database, table) else 0


def _readings(
    database: sqlite3.Connection, default_repo: str | None, *, zero_is_untracked: bool
) -> Iterator[ParsedRow]:
    """Every row of the known tables in the order of their rows, a column that is not there as NULL."""
    position = 0
    for table, wanted in TABLES.items():
        columns = _columns(database, table)
        shown = ", ".join(column if column in columns else f"NULL AS {column}" for column in wanted)
        for row in database.execute(f"SELECT rowid AS row, {shown} FROM {table} ORDER BY rowid") if columns else ():
            position += 1
            place = f"{table} row {row['row']}"
            try:
                events = _events(table, dict(row), default_repo, zero_is_untracked=zero_is_untracked)
                yield ParsedRow(place, events, position=position)
            except Exception as error:  # nothing here reaches out, so whatever goes wrong, the row is why
                yield ParsedRow(place, problem=problem_of(error), position=position)


def _events(table: str, row: Row, default_repo: str | None, *, zero_is_untracked: bool) -> list[WireEvent]:
    """The events of a row. Raises RowError."""
    if table == "sessions":
        return [_session(row, default_repo, zero_is_untracked=zero_is_untracked)]
    if table == "commits":
        return [_commit(row, default_repo)]
    return list(_pull_request(row, default_repo))


def _session(row: Row, default_repo: str | None, *, zero_is_untracked: bool) -> WireEvent:
    """A trace, with the id that it has when it comes from a log; the cost is the stored one.

    A cost of 0 for tokens is that of a row older than the column, and is worked out where it is stored.
    """
    accepted = None if row["accepted_flag"] is None else bool(row["accepted_flag"])
    time, developer = _needed(row, "timestamp"), _read(row, "developer_id", name)
    properties = present(
        session_id=_read(row, "session_id", name),
        model=_read(row, "model", name),
        tokens_in=_read(row, "tokens_in", count) or 0,
        tokens_out=_read(row, "tokens_out", count) or 0,
        latency_ms=_read(row, "latency_ms", amount),
        status_code=_read(row, "status_code", status),
        accepted_flag=None if zero_is_untracked and not accepted else accepted,
    )
    has_tokens = properties["tokens_in"] or properties["tokens_out"]
    optional = present(
        cost_usd=_read(row, "cost_usd", amount) or (None if has_tokens else 0.0),
        diff_ratio=_read(row, "diff_ratio", share),
        accepted_lines=_read(row, "accepted_lines", count),
        repo_slug=_read(row, "repo_slug", repo) or default_repo,
    )
    return WireEvent(
        id=identity(time, developer, properties), type=SESSION, time=iso(time), user=developer,
        properties=properties | optional,
    )  # fmt: skip


def _pull_request(row: Row, default_repo: str | None) -> Iterator[WireEvent]:
    """Opening, closing and undoing, with the ids that GitHub's own have where the repository is known."""
    number, author = _read(row, "number", count), _read(row, "author", name)
    if number is None:
        raise RowError("number is missing")
    known_as = f"{default_repo}#{number}" if default_repo else f"pull-{row['id']}"
    properties = present(number=number, repo_slug=default_repo)
    created = _needed(row, "created_at")
    merged = _read(row, "merged_at", moment_ms)
    yield WireEvent(id=f"{known_as}:opened", type=OPENED, time=iso(created), user=author, properties=properties)
    if merged is None and row["state"] != CLOSED_STATE:
        return
    closed = iso(_needed(row, "updated_at") if merged is None else merged)
    closing = properties | {"merged": merged is not None, "created_at": created}
    yield WireEvent(id=f"{known_as}:closed", type=CLOSED, time=closed, user=author, properties=closing)
    if row["reopened"]:
        yield WireEvent(id=f"{known_as}:rework", type=REWORK, time=closed, user=author, properties=properties)


def _commit(row: Row, default_repo: str | None) -> WireEvent:
    sha, time = _read(row, "sha", name), _needed(row, "timestamp")
    if not sha:
        raise RowError("sha is missing")
    properties = present(sha=sha, repo_slug=default_repo)
    return WireEvent(id=sha, type=COMMIT, time=iso(time), user=_read(row, "author", name), properties=properties)


def _needed(row: Row, column: str) -> int:
    """A time that there is no event without, epoch milliseconds."""
    time: int | None = _read(row, column, moment_ms)
    if time is None:
        raise RowError(f"{column} is missing")
    return time


def _read(row: Row, column: str, read: Any) -> Any:
    """A cell, or None where it is NULL or empty. Raises RowError."""
    value = row[column]
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise RowError(f"{column} must be {error}, not {value!r}") from None
