"""Rows of entities as readers see them: those beside each other as one; and whether they are what they have to be."""

from collections import Counter
from collections.abc import Iterator

from belvedere.storage.attributes import Item
from tests.proof.expected import Row

MOST_BYTES = 40_000  # a hundred such rows are no more than a transaction takes
BESIDE = frozenset({"pk", "sk", "rev", "listing", "expires", "stale", "sketch", "width"})


def of_entity(row: Row) -> bool:
    """Is this a row of an entity? Its partition ends with a name."""
    return row[0].count("#") > 3 and row[0].split("#")[3] == "counters"


def first_of(row: Row) -> Row:
    """The row whose numbers go on in this one."""
    return (row[0], row[1].partition("#")[0]) if of_entity(row) else row


def joined(items: dict[Row, Item]) -> dict[Row, Item]:
    """All rows, those of an entity's part of a day as one."""
    found: dict[Row, Item] = {}
    for row in sorted(items):
        first = first_of(row)
        held = found.setdefault(first, {name: value for name, value in items[row].items() if name in BESIDE})
        for name, number in numbers(items[row]).items():
            held[name] = int(held.get(name, 0)) + number
    return found | {row: item for row, item in items.items() if not of_entity(row)}


def overflow_differences(items: dict[Row, Item]) -> Iterator[str]:
    """No row of an entity is large, no attribute is in two of its rows, none is empty, and the first is there."""
    seen: Counter[tuple[Row, str]] = Counter()
    for row, item in items.items():
        if not of_entity(row):
            continue
        size = sum(len(name.encode()) + len(str(number)) for name, number in numbers(item).items())
        if size > MOST_BYTES:
            yield f"{row}: has {size} bytes"
        if first_of(row) not in items:
            yield f"{row}: there is no first row"
        if first_of(row) != row and not any(numbers(item).values()):
            yield f"{row}: is empty"
        seen.update((first_of(row), name) for name in numbers(item))
    yield from (f"{row}: {name} is in {times} rows" for (row, name), times in seen.items() if times > 1)


def numbers(item: Item) -> dict[str, int]:
    """A row's counters."""
    return {name: value for name, value in item.items() if name not in BESIDE and isinstance(value, int)}
