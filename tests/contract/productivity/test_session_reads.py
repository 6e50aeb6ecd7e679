"""What a page reads does not depend on where it is: counted in calls and in bytes of the items that DynamoDB reads."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from belvedere.boards.productivity.events import SESSION
from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, MINUTE_MS, now_ms
from belvedere.ingest.event import EventContent
from belvedere.ingest.stored import enriched, from_item, to_items
from belvedere.query.listing.lister import Lister, ListQuestion
from belvedere.query.listing.rows import Filters
from belvedere.rollups.changes import stored
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables as tables_of

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
NUMBER, SIZE, ALIKE = 4_000, 20, 4.0
LISTS = {
    "time": ListQuestion(event_type=SESSION),
    "cost": ListQuestion(event_type=SESSION, order="cost_usd"),
    "tokens, mostly equal": ListQuestion(event_type=SESSION, order="total_tokens"),
    "time, one of ten models": ListQuestion(event_type=SESSION, filters=Filters({"model": "m3"}, {})),
    "time, one of four developers": ListQuestion(event_type=SESSION, filters=Filters({"user": "dev2"}, {})),
}


@pytest.fixture(scope="module")
def lister(tables: dict[str, str]) -> Lister:
    """Sessions of eight days, two a minute at most; stored and counted without a stream."""
    mine = tables_of("demo")
    contents = [made(number) for number in range(NUMBER)]
    items = to_items(contents, workspace="demo", received=now_ms(), slices=1, retention_days=90)
    mine.events.put_all(items)
    deltas = Deltas()
    for item in items:
        deltas.merge(contribution(from_item("demo", item), stored(CATALOG.rollup_tables_of(SESSION))))
    mine.rollups.put_all({"pk": key.pk, "sk": key.sk, "rev": 1, **counts} for key, counts in deltas.counters.items())
    return Lister(mine, slices=1)


def made(number: int) -> EventContent:
    time = START + number % 8 * DAY_MS + number // 8 * 2 * MINUTE_MS
    given = {"tokens_in": 500 if number % 3 else number, "tokens_out": 0, "model": f"m{number * 7 % 10}",
             "cost_usd": round((number * 7919 % NUMBER + 1) / 1000, 3)}  # fmt: skip
    return enriched(EventContent(f"t{number:05}", given, time, SESSION, f"dev{number % 4}"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of every call's items."""
    seen: list[int] = []
    plain = WorkspaceTable.pages

    def pages(self: WorkspaceTable, *args: Any, **options: Any) -> Iterator[dict[str, Any]]:
        for page in plain(self, *args, **options):
            seen.append(len(orjson.dumps(page["Items"], default=str)))
            yield page

    monkeypatch.setattr(WorkspaceTable, "pages", pages)
    return seen


@pytest.mark.parametrize("asked", LISTS.values(), ids=LISTS)
def test_a_page_far_into_a_list_reads_about_what_the_first_does(
    lister: Lister, reads: list[int], asked: ListQuestion
) -> None:
    total, cost = lister.page(asked).total, {}
    for offset in (0, total // 3, total // 2, total * 3 // 4, total - SIZE):
        reads.clear()
        found = lister.page(ListQuestion(**{**vars(asked), "offset": offset, "limit": SIZE}))
        assert len(found.rows) == SIZE
        cost[offset] = sum(units(size) for size in reads)
    assert max(cost.values()) <= ALIKE * cost[0], cost
    assert max(cost.values()) < sum(units(size) for size in [NUMBER * 700]) / 10  # a tenth of reading all of them


def units(size: int) -> float:
    """Read units of an eventually consistent query: half a unit for each begun 4 KB."""
    return -(-size // 4096) / 2
