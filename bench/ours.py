"""Our side of the query benchmark: the engine over a store, with one workspace for each size of the data set."""

import asyncio
from collections.abc import Iterable
from contextvars import copy_context
from dataclasses import dataclass, field

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS
from belvedere.query.reader import page_memory
from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.read import Reader
from belvedere.rollups.revisions import bump, day_partition
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.meter import Meter, metered
from belvedere.time_buckets import bucket_of
from bench import data, loading
from bench.questions import BOARD, BenchQuery
from bench.stores import Store

LAST_DAY = data.DAYS - 1


@dataclass
class Ours:
    """The engine over one store."""

    store: Store
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def load(self, size: int, days: Iterable[loading.Day]) -> None:
        """Fill a size's workspace."""
        loading.fill(self.store.tables(workspace(size)).rollups, days, users_of={LAST_DAY})

    def ask(self, size: int, query: BenchQuery) -> Answer:
        """One answer, by a warm function that remembers sealed pages."""
        own_tables = self.store.tables(workspace(size))
        asking = answer(query.question(), Reader(own_tables.rollups, own_tables.state))
        loop = self.runner.get_loop()  # as in a function; the runner itself puts every result into words for a signal
        return loop.run_until_complete(loop.create_task(asking, context=copy_context()))

    def ask_anew(self, size: int, query: BenchQuery) -> Answer:
        """One answer without any memory: everything is fetched."""
        page_memory.MEMORY._pages.clear()
        return self.ask(size, query)

    def units(self, size: int, query: BenchQuery) -> Meter:
        """What one answer without any memory reads."""
        with metered() as meter:
            self.ask_anew(size, query)
        return meter

    def ask_nothing(self) -> None:
        """The floor under any answer: one query that finds nothing."""
        assert not list(self.store.tables("nobody").rollups.query("nobody#nothing"))

    def open_last_day(self, size: int) -> None:
        """Let an event arrive late, so to speak: the last day is no longer as it was sealed."""
        rollups = self.store.tables(workspace(size)).rollups
        last = bucket_of(data.START + LAST_DAY * DAY_MS, Grain.DAY)
        days = day_partition(rollups.workspace, data.TYPE, CATALOG.boards[BOARD].rollup_tables)
        bump(rollups, days, last, by=1)


def workspace(size: int) -> str:
    """The workspace that a size of the data set is loaded into."""
    return f"n{size}"
