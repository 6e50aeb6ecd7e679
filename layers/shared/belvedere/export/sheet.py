"""What an inline export writes: named columns, and rows that are read once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.export.columns import Column, Row


def no_facts() -> dict[str, Any]:
    """For sheets of which there is nothing more to say."""
    return {}


@dataclass(frozen=True)
class Sheet:
    """A table. `facts` says, once the rows were read, what there is to say of them (whether some were left out)."""

    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]
    facts: Callable[[], dict[str, Any]] = no_facts

    def values(self) -> Iterator[Row]:
        """The rows as writers take them."""
        names = [column.name for column in self.columns]
        return (tuple(row[name] for name in names) for row in self.rows)
