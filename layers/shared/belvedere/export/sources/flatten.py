"""Any answer as rows: one for each value in it, with where it stands. Pure."""

from collections.abc import Iterator
from typing import Any

from belvedere.export.columns import Column, ColumnType, Row

COLUMNS = (
    Column("section"),
    Column("item", ColumnType.INTEGER),
    Column("field"),
    Column("number", ColumnType.NUMBER),
    Column("text"),
)
WHOLE = "answer"  # the section of an answer that is a list


def flattened(answer: Any) -> Iterator[Row]:
    """The values of an answer, in its order.

    `section` is the field of the answer, `item` the place in its list (from 0) where it is one, `field` the way from
    there, with dots. A number is in `number`; text, and true and false, in `text`; of null there is neither.
    """
    sections = answer.items() if isinstance(answer, dict) else [(WHOLE, answer)]
    for section, value in sections:
        if isinstance(value, list):
            for item, element in enumerate(value):
                yield from _values(str(section), item, "", element)
        else:
            yield from _values(str(section), None, "", value)


def _values(section: str, item: int | None, field: str, value: Any) -> Iterator[Row]:
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, element in inner:
            yield from _values(section, item, f"{field}.{name}" if field else str(name), element)
    elif isinstance(value, bool):
        yield section, item, field or None, None, "true" if value else "false"
    elif isinstance(value, int | float):
        yield section, item, field or None, value, None
    else:
        yield section, item, field or None, None, value
