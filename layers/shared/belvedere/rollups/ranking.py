"""Ranks entities over several days by the top-k of these: who leads, with how much, and whether that is certain.

The leaders of a month are mostly told by the heads of its days alone: whoever is left out of one has at most its cut;
where that cannot change who leads, nor by how much, no more is read.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belvedere.rollups.topk import BUSINESS, COLUMNS, CUT, NAMES, name_of
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR

OTHERS = "others"  # beside leaders that are certain: how many more were seen

Counted = tuple[dict[str, dict[str, int]], int]  # of one day: numbers by measure and name, and the cut


def candidates(heads: Iterable[Mapping[str, Any]], number: int) -> list[str]:
    """The names (as in sort keys) that have most in all heads together."""
    sums: dict[str, int] = {}
    for counted, _ in _by_day(heads):
        for name, count in counted[BUSINESS].items():
            sums[name] = sums.get(name, 0) + count
    return heapq.nsmallest(number, sums, key=lambda name: (-sums[name], name))


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
    ranked: list[Item] = [
        {"sk": f"{day}{SEPARATOR}{name}", **{m: sum(c[m].get(name, 0) for c, _ in days) for m in {BUSINESS, *measures}}}
        for name in first
    ]
    others = max(len(sums) - len(first), 1 if cut else 0)  # whoever was left out of a head is somebody
    return [*ranked, {"sk": day, CUT: 0, OTHERS: others}]


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
                _add(held, [(name_of(row), row.get(measure, 0))])
    ranked: list[Item] = [
        {"sk": f"{day}{SEPARATOR}{name}", **{measure: held.get(name, 0) for measure, held in sums.items()}}
        for name, number in sums[BUSINESS].items()
        if number
    ]
    return [*ranked, {"sk": day, CUT: cut}] if cut else ranked


def _add(held: dict[str, int], numbers: Iterable[tuple[str, int]]) -> None:
    for name, number in numbers:
        held[name] = held.get(name, 0) + number
