"""Holds day pages against rows: a page that a reader would use has to say what the rows of its day say."""

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from belvedere.storage.attributes import Item
from tests.proof.naive import CODES, Row

BESIDE = frozenset({"pk", "rev", "listing", "expires", "stale"})


def page_differences(pages: dict[Row, Item], rows: dict[Row, Item]) -> Iterator[str]:
    """Pages that name their day's present revision, and differ from its rows."""
    for (pk, day), page in pages.items():
        partition, _, form = pk.rpartition("+")
        workspace, family, *_ = partition.split("#")
        totals = "learning.hints" if family.startswith("learning.hints") else "learning.interactions"
        present = rows.get((f"{workspace}#{totals}#day#counters", day), {})
        if page["rev"] != present.get("rev"):
            continue
        body = page["page"]
        assert isinstance(body, bytes)
        told = msgspec.msgpack.decode(zlib.decompress(body))
        if form == "rows" and told != plain(rows, partition, day):
            yield f"page {pk} {day}: is valid, and says {told}"
        if form == "top" and by_name(told[0]) != by_entity(rows, partition, day):
            yield f"page {pk} {day}: is valid, and says {told}"


def plain(rows: dict[Row, Item], partition: str, day: str) -> list[dict[str, Any]]:
    """The rows of a partition's day as a page has them."""
    found = (rows[key] for key in sorted(rows) if key[0] == partition and key[1].startswith(day))
    return [{name: value for name, value in row.items() if name not in BESIDE and value != 0} for row in found]


def by_name(top: dict[str, Any]) -> dict[str, Counter[str]]:
    """A top as numbers by name."""
    numbers = {name: Counter[str]() for name in top["names"]}
    for measure, column in top["columns"].items():
        for name, number in zip(top["names"], column, strict=True):
            numbers[name] += Counter({measure: number})
    return numbers


def by_entity(rows: dict[Row, Item], partition: str, day: str) -> dict[str, Counter[str]]:
    """The same from the entities' rows: their cells by hour add up to the whole."""
    found: dict[str, Counter[str]] = {}
    for (pk, sk), row in rows.items():
        if pk.startswith(f"{partition}#") and sk.startswith(day):
            name = pk.removeprefix(f"{partition}#").replace("%", "%25").replace("#", "%23")
            hours = ((cell.rpartition("|")[2], number) for cell, number in row.items() if cell.startswith("h|"))
            for code, number in hours:
                assert isinstance(number, int)
                found.setdefault(name, Counter())[CODES.get(code, code)] += number
    return {name: +numbers for name, numbers in found.items() if numbers["count"]}
