"""The peers: SQLite, DuckDB and PostgreSQL, which answer the same questions from the raw events.

Their tables are narrow (no ids, no JSON) and indexed by workspace and time, all data fits in memory, and there is one
caller: all in their favour.
"""

import csv
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bench import data, needs
from bench.postgres import postgres
from bench.questions import WORKSPACE, BenchQuery, Result

COLUMNS = "workspace TEXT, time BIGINT, user_id TEXT, agent TEXT, success INTEGER, duration DOUBLE PRECISION"


class Peer(Protocol):
    """An engine that answers questions from raw events."""

    name: str

    def load(self, file: Path) -> None:
        """Take in the rows of a CSV file."""

    def ask(self, query: BenchQuery) -> Result:
        """Answer one question."""


class Sqlite:
    """SQLite, from Python's standard library."""

    name = "SQLite"
    dialect = {"divide": "/"}  # noqa: RUF012 - never changed

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA cache_size = -524288")

    def load(self, file: Path) -> None:
        self._connection.execute(f"CREATE TABLE events ({COLUMNS})")
        with file.open(newline="") as lines:
            self._connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", csv.reader(lines))
        self._connection.execute("CREATE INDEX by_time ON events (workspace, time)")
        self._connection.execute("ANALYZE")
        self._connection.commit()

    def ask(self, query: BenchQuery) -> Result:
        rows = self._connection.execute(query.sql(self.dialect)).fetchall()
        if "p95_response_time" in query.metrics:
            rows = [(*row, self._p95(query, row[1])) for row in rows]  # the count comes first
        return result(query, rows)

    def _p95(self, query: BenchQuery, count: int) -> float:
        """SQLite has no quantiles: the value at their rank."""
        ordered = f"SELECT duration FROM events WHERE {query.where()} ORDER BY duration LIMIT 1 OFFSET ?"
        return float(self._connection.execute(ordered, (int(0.95 * (count - 1)),)).fetchone()[0])


class DuckDb:
    """DuckDB, from a file."""

    name = "DuckDB"
    dialect = {"divide": "//", "p95_response_time": "quantile_disc(duration, 0.95)"}  # noqa: RUF012 - never changed

    def __init__(self, path: str) -> None:
        import duckdb

        self._connection = duckdb.connect(path)

    def load(self, file: Path) -> None:
        self._connection.execute(f"CREATE TABLE events ({COLUMNS})")
        self._connection.execute(f"COPY events FROM '{file}' (HEADER false)")
        self._connection.execute("CHECKPOINT")

    def ask(self, query: BenchQuery) -> Result:
        return result(query, self._connection.execute(query.sql(self.dialect)).fetchall())


class Postgres:
    """PostgreSQL; one schema a size."""

    name = "PostgreSQL"
    dialect = {  # noqa: RUF012 - never changed
        "divide": "/",
        "p95_response_time": "percentile_disc(0.95) WITHIN GROUP (ORDER BY duration)",
    }

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def load(self, file: Path) -> None:
        self._connection.execute(f"CREATE SCHEMA {self._schema}")
        self._enter()
        self._connection.execute(f"CREATE TABLE events ({COLUMNS})")
        with self._connection.cursor().copy("COPY events FROM STDIN (FORMAT csv)") as copy:
            copy.write(file.read_bytes())
        self._connection.execute("CREATE INDEX by_time ON events (workspace, time)")
        self._connection.execute("VACUUM ANALYZE events")

    def ask(self, query: BenchQuery) -> Result:
        self._enter()
        return result(query, self._connection.execute(query.sql(self.dialect)).fetchall())

    def _enter(self) -> None:
        self._connection.execute(f"SET search_path TO {self._schema}")


def result(query: BenchQuery, rows: Sequence[Sequence[Any]]) -> Result:
    """SQL rows in the form in which answers are compared."""
    width = 1 + len(query.by)
    return {(int(row[0]), *row[1:width]): tuple(map(float, row[width:])) for row in rows}


def write_csv(size: int, file: Path) -> None:
    """The rows of a data set, as the peers take them."""
    with file.open("w", newline="") as lines:
        rows = ((WORKSPACE, row.time, row.user, row.agent, row.success, row.duration) for row in data.rows(size))
        csv.writer(lines).writerows(rows)


@contextmanager
def peers(sizes: Sequence[int], folder: Path) -> Iterator[dict[int, list[Peer]]]:
    """Every peer there is on this machine, loaded with each size."""
    with ExitStack() as stack:
        installed, programs = needs.python_peers(), needs.postgres_programs()
        connection = stack.enter_context(postgres(programs)) if installed and programs else None
        by_size: dict[int, list[Peer]] = {}
        for size in sizes:
            by_size[size] = [Sqlite(str(folder / f"{size}.sqlite"))]
            by_size[size] += [Postgres(connection, f"n{size}")] if connection else []
            by_size[size] += [DuckDb(str(folder / f"{size}.duckdb"))] if installed else []
            file = folder / f"{size}.csv"
            write_csv(size, file)
            for peer in by_size[size]:
                peer.load(file)
            file.unlink()
        yield by_size
