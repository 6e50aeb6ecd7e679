"""Fills the rollups with what the fold would have written of a data set, without streaming a million events.

Every event goes through the fold's own `contribution`; the sums are written as rows, and the days are sealed by the
engine. Only partitions that the questions read are written. A day's top users are packed from the same sums, without
writing a row per user and day first: `users_of` names the days whose user rows are wanted as well.
"""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS
from belvedere.query.planner.plan import plan
from belvedere.rollups import topk
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.pages import pack, page_key
from belvedere.rollups.rows import row_kinds
from belvedere.rollups.seal import Seal
from belvedere.rollups.totals import entity_partition, totals_of
from belvedere.schema.rollup_tables import Grain
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange
from bench import data
from bench.questions import BOARD, QUESTIONS

ALL_DAYS = TimeRange(data.START, data.END)
BY_USER = next(
    family for family in CATALOG.boards[BOARD].rollup_tables if family.entity and family.event_type == data.TYPE
)
SEALED = tuple(f for f in CATALOG.boards[BOARD].rollup_tables if f.entity is None and f.event_type == data.TYPE)


@dataclass(frozen=True)
class Day:
    """What a day's events come to: rollup rows, and the pages of its top users."""

    rows: list[Item]
    users: list[Item]
    topk_pages: list[Item]


def fill(rollups: WorkspaceTable, days: Iterable[Day], *, users_of: Collection[int] = ()) -> None:
    """Write the rows and seal all days."""
    read = partitions_read(rollups.workspace)
    for number, day in enumerate(days):
        rollups.put_all(row for row in day.rows if row["pk"] in read)
        rollups.put_all([*day.topk_pages, *(day.users if number in users_of else [])])
    Seal(rollups, SEALED).run(ALL_DAYS)


def partitions_read(workspace: str) -> set[str]:
    """The partitions whose rows the questions' pages are made of."""
    rollup_tables = {
        plan(query.question(), workspace, CATALOG.boards[BOARD].rollup_tables).family.name for query in QUESTIONS
    }
    return {
        rollup_partition(workspace, family.name, grain, kind)
        for family in SEALED
        if family.name in rollup_tables
        for grain in family.grains
        for kind in row_kinds(family)
    }


def days_of(size: int, workspace: str, processes: int = 1) -> Iterator[Day]:
    """Every day of a data set, in order."""
    if processes == 1:
        yield from (day_of(size, workspace, day) for day in range(data.DAYS))
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(day_of, size, workspace), range(data.DAYS))


def day_of(size: int, workspace: str, day: int) -> Day:
    """One day, from its events' contributions."""
    deltas, rollup_tables = Deltas(), CATALOG.rollup_tables_of(data.TYPE)
    for number, row in enumerate(data.rows_of_day(size, day)):
        event = data.event(row, f"{day}-{number}", workspace, received=data.LATE)
        deltas.merge(contribution(event, rollup_tables))
    rows = [_row(key) | dict(counts) | _listing(deltas, key) for key, counts in deltas.counters.items()]
    rows += [_row(key) | {"sketch": Distinct(members).to_bytes()} for key, members in deltas.members.items()]
    prefix = entity_partition(workspace, BY_USER) + "#"
    users = [row for row in rows if str(row["pk"]).startswith(prefix)]
    plain = [row for row in rows if not str(row["pk"]).startswith(prefix)]
    return Day(plain, users, _topk_pages(users, prefix, bucket_of(data.START + day * DAY_MS, Grain.DAY)))


def _row(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk, "rev": 1}


def _listing(deltas: Deltas, key: Key) -> Item:
    return {"listing": deltas.listings[key]} if key in deltas.listings else {}


def _topk_pages(users: list[Item], prefix: str, day: str) -> list[Item]:
    """The sealed pages of a day's busiest users, as the engine packs them."""
    totals = list(totals_of(users, prefix.split("#")[0], BY_USER, day))
    return packed_topk(totals, prefix.rstrip("#"), day)


def packed_topk(totals: list[Item], base: str, day: str) -> list[Item]:
    """The pages of a day's users, whose numbers are known."""
    keys = {form: page_key(base, form, day) for form in (topk.TOP_FORM, topk.HEAD_FORM)}
    contents = topk.pages_of_topk(totals, BY_USER, day, sum(int(row["count"]) for row in totals))
    return [{"pk": key.pk, "sk": key.sk, "rev": 1, "page": pack(contents[form])} for form, key in keys.items()]
