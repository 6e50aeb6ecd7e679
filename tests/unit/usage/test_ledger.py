"""Usage is added up in the process and written now and then."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from belvedere import cost
from belvedere.settings import settings
from belvedere.usage import ledger, note, taken
from belvedere.usage.ledger import Ledger, Row

DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for table in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY"):
        monkeypatch.setenv(f"{table}_TABLE", table.lower())
    settings.cache_clear()
    cost.prices.cache_clear()
    yield
    settings.cache_clear()
    cost.prices.cache_clear()


class Book:
    """A ledger whose rows are written here."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rows: dict[Row, Counter[str]] = {}
        self.writes = 0
        self.ledger = Ledger(self.write, 5.0, lambda: self.now)

    def write(self, row: Row, counts: Mapping[str, int]) -> None:
        self.writes += 1
        self.rows.setdefault(row, Counter()).update(counts)

    def request(self, workspace: str = "demo", route: str = "GET /a", now: int = 0) -> None:
        self.ledger.add(workspace, route, {"requests": 1, "nano_usd": 100}, now)
        self.ledger.flush()


def test_the_first_request_is_written_at_once_and_the_next_ones_together() -> None:
    book = Book()
    for _ in range(4):
        book.request()
    assert book.writes == 1
    book.now = 5.0
    book.request()
    assert book.writes == 2
    assert book.rows["demo", "1970-01-01", "GET /a"]["requests"] == 5


def test_rows_are_by_workspace_day_and_route() -> None:
    book = Book()
    book.now = -10.0
    book.request()
    for workspace, route, now in (("demo", "GET /b", 0), ("other", "GET /a", 0), ("demo", "GET /a", DAY_MS)):
        book.request(workspace, route, now)
    book.now = 10.0
    book.ledger.flush()
    assert sorted(book.rows) == [
        ("demo", "1970-01-01", "GET /a"), ("demo", "1970-01-01", "GET /b"), ("demo", "1970-01-02", "GET /a"),
        ("other", "1970-01-01", "GET /a"),
    ]  # fmt: skip
    assert {counts["requests"] for counts in book.rows.values()} == {1}


def test_writing_is_among_what_is_counted() -> None:
    book = Book()
    book.request()
    (counts,) = book.rows.values()
    assert (counts["write_milli"], counts["nano_usd"]) == (1_000, 100 + 625)


def test_a_write_that_fails_is_lost_and_told_and_nobody_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(row: Row, counts: Mapping[str, int]) -> None:
        raise ConnectionError("no route")

    book = Ledger(fail, 5.0, lambda: 0.0)
    book.add("demo", "GET /a", {"requests": 1}, 0)
    book.flush()
    assert book.due() == {}
    assert "UsageErrors" in capsys.readouterr().out


def test_a_slow_write_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    done = threading.Event()
    monkeypatch.setattr(ledger, "PATIENCE_S", 0.01)

    async def counted() -> None:
        book = Ledger(lambda row, counts: done.wait(5) and None, 5.0)
        book.add("demo", "GET /a", {"requests": 1}, 0)
        await book.flush_beside()
        done.set()

    asyncio.run(counted())
    assert "UsageErrors" in capsys.readouterr().out


def test_nothing_is_lost_between_threads() -> None:
    book = Book()
    book.now = -10.0
    book.request()

    def many() -> None:
        for _ in range(500):
            book.ledger.add("demo", "GET /a", {"requests": 1}, 0)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book.now = 10.0
    book.ledger.flush()
    assert book.rows["demo", "1970-01-01", "GET /a"]["requests"] == 2_001


def test_where_the_setting_says_nothing_is_counted_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USAGE_FLUSH_S", "0")
    assert ledger.ledger() is None
    monkeypatch.setenv("USAGE_FLUSH_S", "5")
    settings.cache_clear()
    assert ledger.ledger() is ledger.ledger() is not None


def test_notes_are_taken_once() -> None:
    note("events", 3)
    note("events")
    note("miss")
    assert taken() == {"events": 4, "miss": 1}
    assert taken() == {}
