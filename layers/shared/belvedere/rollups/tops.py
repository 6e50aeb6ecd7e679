"""The busiest entities of a day: what a leaderboard over many days is made of.

A day's top holds its TOP busiest entities, exact numbers each, and `cut`: how much the busiest left out had. The sum of
the cuts bounds what any entity can have beyond what an answer shows; it is 0 while no day has more than TOP entities.

A page keeps a top by columns: a month of them is added up name by name, without a row for each entity of each day.
Beside it there is a page of its HEAD, small numbers only. The leaders of a month are mostly told by the heads alone:
whoever is left out of one has at most its cut; where that cannot change who leads, nor by how much, no more is read.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from belvedere.boards.base import Cells, Family, Grain
from belvedere.rollups.cells import cell_numbers
from belvedere.rollups.rows import COUNTERS
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR
from belvedere.storage.keys.rollups import rollup_listing, rollup_partition, rollup_sort
from belvedere.storage.table import WorkspaceTable

TOP, HEAD = 1_000, 256
TOP_FORM, HEAD_FORM = "busiest", "head"
CUT = "cut"
SEEN = "seen"  # of a head: how many events its day had
GROWN = "grown"  # of a head that was overtaken: how many the day has beyond those
OTHERS = "others"  # beside leaders that are certain: how many more were seen
NAMES, COLUMNS = "names", "columns"
BUSINESS = "count"  # what entities are ranked by within a day


def entity_partition(workspace: str, family: Family) -> str:
    """What the partitions of a family's entities begin with, and where its tops are kept."""
    return rollup_partition(workspace, family.name, Grain.DAY, COUNTERS)


def day_totals(rollups: WorkspaceTable, family: Family, day: str) -> Iterator[Item]:
    """The day's counters of every entity that has any, read row by row."""
    listed = rollups.listed(rollup_listing(rollups.workspace, family.name, Grain.DAY, day))
    yield from totals_of(rollups.batch_get(listed).values(), rollups.workspace, family, day)


def totals_of(rows: Iterable[Item], workspace: str, family: Family, day: str) -> Iterator[Item]:
    """The same from the rows of a day's entities: those of its parts added up to plain counters."""
    prefix, tag = entity_partition(workspace, family) + "#", hourly(family).tag
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        mine = totals[str(row["pk"]).removeprefix(prefix)]
        for cell in cell_numbers(family, row):
            if cell.tag == tag:
                mine[cell.measure] += cell.number
    for name, counts in totals.items():
        yield {"sk": rollup_sort(day, (name,)), **counts}


def hourly(family: Family) -> Cells:
    """The breakdown whose cells add up to the whole: every event is in one of them."""
    return next(cells for cells in family.cells if "hour" in cells.fields)


def top(rows: Iterable[Item], day: str, size: int = TOP) -> list[Item]:
    """The `size` busiest, equals by name, and the cut where somebody was left out."""
    ordered = sorted(rows, key=lambda row: (-int(row.get(BUSINESS, 0)), str(row["sk"])))
    kept = [row for row in ordered[:size] if row.get(BUSINESS)]
    left = int(ordered[size].get(BUSINESS, 0)) if len(ordered) > size else 0
    return [*kept, {"sk": day, CUT: left}] if left else kept


def by_columns(rows: Iterable[Item], day: str) -> dict[str, Any]:
    """A day's top as one row: the names (as in sort keys), and each measure's numbers in their order."""
    named, cut = [], 0
    for row in rows:
        cut += int(row.get(CUT, 0))
        named += [] if CUT in row else [row]
    measures = sorted({name for row in named for name in row} - {"sk"})
    columns = {measure: [int(row.get(measure, 0)) for row in named] for measure in measures}
    return {"sk": day, NAMES: [_name(row) for row in named], COLUMNS: columns, CUT: cut}


def light(family: Family) -> frozenset[str]:
    """The measures that a head holds: small numbers, which pack well."""
    return frozenset({BUSINESS, *(measure.name for measure in family.sums if measure.scale == 1)})


def pages_of(rows: Iterable[Item], family: Family, day: str, seen: int) -> dict[str, list[dict[str, Any]]]:
    """What a day's pages hold, by form; the day had `seen` events before its rows were read, or more."""
    busiest = top(rows, day)
    head = [{name: row[name] for name in row if name in {"sk", *light(family)}} for row in top(busiest, day, HEAD)]
    cut = max((int(row.get(CUT, 0)) for row in top(busiest, day, HEAD)), default=0)
    return {TOP_FORM: [by_columns(busiest, day)], HEAD_FORM: [by_columns(head, day) | {CUT: cut, SEEN: seen}]}


def candidates(heads: Iterable[Mapping[str, Any]], number: int) -> list[str]:
    """The names (as in sort keys) that have most in all heads together."""
    sums: dict[str, int] = {}
    for counted, _ in _by_day(heads):
        for name, count in counted[BUSINESS].items():
            sums[name] = sums.get(name, 0) + count
    return heapq.nsmallest(number, sums, key=lambda name: (-sums[name], name))


def renewed(head: Mapping[str, Any], totals: Iterable[Item], known: Collection[str]) -> dict[str, Any]:
    """An overtaken head again true: with the present totals of some entities (those `known`), and of nobody else.

    Whoever else was in it may have got all that the day has grown by, and so may whoever was left out of it.
    """
    day, counts = str(head["sk"]), zip(head[NAMES], head[COLUMNS][BUSINESS], strict=True)
    left = max((count for name, count in counts if name not in known), default=0)
    return by_columns(totals, day) | {CUT: max(left, head.get(CUT, 0)) + head[GROWN]}


def leading(rows: Iterable[Mapping[str, Any]], day: str, measures: Iterable[str], reach: int) -> list[Item] | None:
    """The `reach` busiest of several days, from heads or rows of entities; None where these cannot tell.

    They can when each was seen on every day that left somebody out, and nobody else can have as many as the last one.
    """
    days = list(_by_day(rows))
    sums: dict[str, int] = {}
    for counted, _ in days:
        for name, number in counted[BUSINESS].items():
            sums[name] = sums.get(name, 0) + number
    first = heapq.nsmallest(reach, sums, key=lambda name: (-sums[name], name))
    cut = sum(left for _, left in days)
    if cut and (len(first) < reach or not _certain(days, sums, first, cut)):
        return None
    found: list[Item] = [
        {"sk": f"{day}{SEPARATOR}{name}", **{m: sum(c[m].get(name, 0) for c, _ in days) for m in {BUSINESS, *measures}}}
        for name in first
    ]
    others = max(len(sums) - len(first), 1 if cut else 0)  # whoever was left out of a head is somebody
    return [*found, {"sk": day, CUT: 0, OTHERS: others}]


Counted = tuple[dict[str, dict[str, int]], int]  # of one day: numbers by measure and name, and the cut


def _certain(days: list[Counted], sums: Mapping[str, int], first: list[str], cut: int) -> bool:
    """Are these the leaders, with all that they have?"""

    def missed(name: str) -> int:
        return sum(left for counted, left in days if left and name not in counted[BUSINESS])

    last, known = sums[first[-1]], set(first)
    rivals = (name for name, number in sums.items() if number + cut >= last and name not in known)
    return cut < last and not any(map(missed, first)) and all(sums[name] + missed(name) < last for name in rivals)


def _by_day(rows: Iterable[Mapping[str, Any]]) -> Iterator[Counted]:
    """Each day's numbers by measure and name, from columns or from rows of entities."""
    plain: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        if NAMES in row:
            columns = {m: dict(zip(row[NAMES], numbers, strict=True)) for m, numbers in row[COLUMNS].items()}
            yield defaultdict(dict, columns), row.get(CUT, 0)
        else:
            day, _, name = str(row["sk"]).partition(SEPARATOR)
            counted = plain.setdefault(day, defaultdict(dict))
            for measure in row.keys() - {"sk"}:
                counted[measure][name] = row[measure]
    yield from ((counted, 0) for counted in plain.values())


def united(rows: Iterable[Mapping[str, Any]], day: str, measures: Iterable[str]) -> list[Item]:
    """Tops of several days, by columns or row by row, as one row for each entity under one day; cuts are added up."""
    sums: dict[str, dict[str, int]] = {measure: {} for measure in {BUSINESS, *measures}}
    cut = 0
    for row in rows:
        cut += row.get(CUT, 0)
        if NAMES in row:
            for measure, numbers in row[COLUMNS].items():
                if measure in sums:
                    _add(sums[measure], zip(row[NAMES], numbers, strict=True))
        elif CUT not in row:
            for measure, held in sums.items():
                _add(held, [(_name(row), row.get(measure, 0))])
    found: list[Item] = [
        {"sk": f"{day}{SEPARATOR}{name}", **{measure: held.get(name, 0) for measure, held in sums.items()}}
        for name, number in sums[BUSINESS].items()
        if number
    ]
    return [*found, {"sk": day, CUT: cut}] if cut else found


def _add(held: dict[str, int], numbers: Iterable[tuple[str, int]]) -> None:
    for name, number in numbers:
        held[name] = held.get(name, 0) + number


def _name(row: Mapping[str, Any]) -> str:
    return str(row["sk"]).partition(SEPARATOR)[2]
