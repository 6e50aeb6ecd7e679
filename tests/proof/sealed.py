"""Holds day pages against rows: a page that a reader would use has to say what the rows of its day say."""

import zlib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from belvedere.storage.attributes import Item
from tests.proof.expected import Row
from tests.proof.naive import codes_of

BESIDE = frozenset({"pk", "rev", "listing", "expires", "stale", "sealed"})


def page_differences(pages: dict[Row, Item], rows: dict[Row, Item]) -> Iterator[str]:
    """Pages that name their day's present revision, and differ from its rows."""
    for (pk, day), page in pages.items():
        base, _, form = pk.rpartition("+")
        workspace, family, *_ = base.split("#")
        totals = "learning.interactions" if family == "learning.agents_by_class" else family.partition("_by_")[0]
        present = rows.get((f"{workspace}#{totals}#day#counters", day), {})
        if page["rev"] != present.get("rev"):
            continue
        body = page["page"]
        assert isinstance(body, bytes)
        told = unpacked(body)
        if not HOLDS[form](told, rows, base, day):
            yield f"page {pk} {day}: is valid, and says {told}"


def unpacked(body: bytes) -> list[dict[str, Any]]:
    """A page's rows, without what they have not."""
    plain, nested = msgspec.msgpack.decode(zlib.decompress(body))
    for name, (bins, numbers) in nested.items():
        plain[name] = [{one: n for one, n in zip(bins, row, strict=True) if n} for row in numbers]
    rows = [dict(zip(plain, values, strict=True)) for values in zip(*plain.values(), strict=True)]
    return [{name: value for name, value in row.items() if value} for row in rows]


def of_kinds(rows: dict[Row, Item], base: str, day: str) -> Iterator[tuple[str, str, Item]]:
    """The day's rows of a family and grain: kind, sort key and the row itself; of a day without its hours."""
    family, whole = base.removesuffix("counters"), base.split("#")[2] == "day"
    for (pk, sk), row in rows.items():
        if pk.startswith(family) and pk.count("#") == 3 and sk.startswith(day):
            yield (
                pk.removeprefix(family),
                sk,
                {n: v for n, v in row.items() if n not in BESIDE and n != "sk" and v != 0 and not (whole and "@" in n)},
            )


def counts_hold(told: list[dict[str, Any]], rows: dict[Row, Item], base: str, day: str) -> bool:
    """Counters, and how many members the distinct rows have (so few here that their hashes are kept)."""
    expected: dict[str, dict[str, Any]] = {}
    for kind, sk, row in of_kinds(rows, base, day):
        if kind == "counters":
            expected.setdefault(sk, {"sk": sk}).update(row)
        if kind.startswith("distinct.") and len(row["sketch"]) > 1:  # type: ignore[arg-type]
            users = (len(row["sketch"]) - 1) // 8  # type: ignore[arg-type]
            expected.setdefault(sk, {"sk": sk})[f"members.{kind.partition('.')[2]}"] = users
    return told == [expected[sk] for sk in sorted(expected)]


def sketches_hold(told: list[dict[str, Any]], rows: dict[Row, Item], base: str, day: str) -> bool:
    """Sketches and bins, row by row."""
    return flat(told) == dict(sketched(rows, base, day))


def sketched(rows: dict[Row, Item], base: str, day: str) -> Iterator[tuple[tuple[str, str], Any]]:
    """What a page of sketches should have, by sort key and field."""
    for kind, sk, row in of_kinds(rows, base, day):
        name = kind.partition(".")[2]
        if kind.startswith("histogram.") and row:
            for quarter in ("", "@"):
                if bins := {bin_: number for bin_, number in row.items() if ("@" in bin_) == bool(quarter)}:
                    yield (sk, f"bins.{name}{quarter}"), bins
        if kind.startswith("distinct."):
            for field, sketch in row.items():
                yield (sk, field.replace("sketch", f"sketch.{name}", 1)), sketch


def flat(told: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """A page's rows by sort key and field."""
    return {(row["sk"], name): value for row in told for name, value in row.items() if name != "sk"}


def onward_holds(told: list[dict[str, Any]], rows: dict[Row, Item], base: str, day: str, *, backward: bool) -> bool:
    """Bins row by row; of the sketches, what is united so far at each hour, by dimensions."""
    page = flat(told)
    expected = {place: what for place, what in sketched(rows, base, day) if "@" not in place[1]}
    united: dict[tuple[str, str, bool], set[bytes]] = {}
    for sk, field in sorted(expected, reverse=backward):
        if field.startswith("bins.") and page.get((sk, field)) != expected[sk, field]:
            return False
        if field.startswith("sketch."):
            sides = [united.setdefault((sk.partition("#")[2], field, mine), set()) for mine in (True, False)]
            for side, found in zip(sides, (page[sk, field], expected[sk, field]), strict=True):
                side |= {found[at : at + 8] for at in range(1, len(found), 8)}
            if sides[0] != sides[1]:
                return False
    return page.keys() == expected.keys()


def busiest_hold(told: list[dict[str, Any]], rows: dict[Row, Item], base: str, day: str) -> bool:
    """Everybody, with all numbers: there are fewer here than a top has."""
    return by_name(told[0] if told else NOBODY) == by_entity(rows, base, day)


def head_holds(told: list[dict[str, Any]], rows: dict[Row, Item], base: str, day: str) -> bool:
    """Everybody, with the numbers that a head has."""
    head, everybody = told[0] if told else NOBODY, by_entity(rows, base, day)
    light = {name: Counter({m: n for m, n in one.items() if m in head["columns"]}) for name, one in everybody.items()}
    return "count" in head["columns"] and by_name(head) == light


NOBODY: dict[str, Any] = {"names": [], "columns": {"count": []}}
HOLDS = {
    "counts": counts_hold,
    "sketches": sketches_hold,
    "from": partial(onward_holds, backward=True),
    "until": partial(onward_holds, backward=False),
    "busiest": busiest_hold,
    "head": head_holds,
}


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
    measures = {code: measure for measure, code in codes_of(partition.split("#")[1]).items()}
    for (pk, sk), row in rows.items():
        if pk.startswith(f"{partition}#") and sk.startswith(day):
            name = pk.removeprefix(f"{partition}#").replace("%", "%25").replace("#", "%23")
            hours = ((cell.rpartition("|")[2], number) for cell, number in row.items() if cell.startswith(("h|", "h@")))
            for code, number in hours:
                assert isinstance(number, int)
                found.setdefault(name, Counter())[measures[code]] += number
    return {name: +numbers for name, numbers in found.items() if numbers["count"]}
