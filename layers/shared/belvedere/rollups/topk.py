"""Top-k: the busiest entities of a day, of which a leaderboard over many days is made.

A day's top-k holds its TOP_K busiest entities, exact numbers each, and `cut`: how much the busiest left out had. The
sum of the cuts bounds what any entity can have beyond what an answer shows; it is 0 while no day has more than TOP_K
entities.

A page keeps a top-k by columns: a month of them is added up name by name, without a row for each entity of each day.
Beside it there is a page of its HEAD, small numbers only.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from belvedere.schema.rollup_tables import RollupTable
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR

TOP_K, HEAD = 1_000, 256
TOP_FORM, HEAD_FORM = "busiest", "head"
CUT = "cut"
SEEN = "seen"  # of a head: how many events its day had
GROWN = "grown"  # of a head that was overtaken: how many the day has beyond those
NAMES, COLUMNS = "names", "columns"
BUSINESS = "count"  # what entities are ranked by within a day


def top_k(rows: Iterable[Item], day: str, size: int = TOP_K) -> list[Item]:
    """The `size` busiest, equals by name, and the cut where somebody was left out."""
    ordered = sorted(rows, key=lambda row: (-int(row.get(BUSINESS, 0)), str(row["sk"])))
    busiest = [row for row in ordered[:size] if row.get(BUSINESS)]
    left = int(ordered[size].get(BUSINESS, 0)) if len(ordered) > size else 0
    return [*busiest, {"sk": day, CUT: left}] if left else busiest


def head_measures(family: RollupTable) -> frozenset[str]:
    """The measures that a head holds: small numbers, which pack well."""
    return frozenset({BUSINESS, *(measure.name for measure in family.measures if measure.scale == 1)})


def pages_of_topk(rows: Iterable[Item], family: RollupTable, day: str, seen: int) -> dict[str, list[dict[str, Any]]]:
    """What a day's pages hold, by form; the day had `seen` events before its rows were read, or more."""
    busiest = top_k(rows, day)
    head = [
        {name: row[name] for name in row if name in {"sk", *head_measures(family)}} for row in top_k(busiest, day, HEAD)
    ]
    cut = max((int(row.get(CUT, 0)) for row in top_k(busiest, day, HEAD)), default=0)
    return {TOP_FORM: [by_columns(busiest, day)], HEAD_FORM: [by_columns(head, day) | {CUT: cut, SEEN: seen}]}


def by_columns(rows: Iterable[Item], day: str) -> dict[str, Any]:
    """A day's top-k as one row: the names (as in sort keys), and each measure's numbers in their order."""
    named, cut = [], 0
    for row in rows:
        cut += int(row.get(CUT, 0))
        named += [] if CUT in row else [row]
    measures = sorted({name for row in named for name in row} - {"sk"})
    columns = {measure: [int(row.get(measure, 0)) for row in named] for measure in measures}
    return {"sk": day, NAMES: [name_of(row) for row in named], COLUMNS: columns, CUT: cut}


def refreshed_head(head: Mapping[str, Any], totals: Iterable[Item], known: Collection[str]) -> dict[str, Any]:
    """An overtaken head again true: with the present totals of some entities (those `known`), and of nobody else.

    Whoever else was in it may have got all that the day has grown by, and so may whoever was left out of it.
    """
    day, counts = str(head["sk"]), zip(head[NAMES], head[COLUMNS][BUSINESS], strict=True)
    left = max((count for name, count in counts if name not in known), default=0)
    return by_columns(totals, day) | {CUT: max(left, head.get(CUT, 0)) + head[GROWN]}


def name_of(row: Mapping[str, Any]) -> str:
    """The entity that a row is of, as in sort keys."""
    return str(row["sk"]).partition(SEPARATOR)[2]
