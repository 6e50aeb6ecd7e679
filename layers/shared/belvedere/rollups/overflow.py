"""Where an entity's numbers go: to its row of a part of a day, and when that is full, to further rows beside it.

Clients choose the names of cells, so one entity may have any number of them, while DynamoDB ends an item at 400 KB and
a transaction at 4 MB. A row therefore ends at MAX_ROW. It carries an upper bound of its size, `width`, to which every
update adds what it may have added; an update that would pass MAX_ROW fails its condition. Only then are the rows read:
each attribute goes to the row that has it, a new one to the last row with room or to a further row. So a row that
stays small costs no read, an attribute is in one row only, and whoever adds up the rows of a day sees them as one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from belvedere.rollups.rows import ROW_FIELDS, Counts
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, SEPARATOR, Key
from belvedere.storage.keys.rollups import rollup_sort
from belvedere.storage.table import WorkspaceTable

MAX_ROW = 32 * 1024  # bytes; a hundred such rows fit one transaction
FULL = 1_000_000  # the width of a first row that has further rows: nothing is added to it without a look


@dataclass(frozen=True)
class Write:
    """Numbers for one stored row. `revision` is that of the row as it was read, 0 where there was none.

    A blind write has none: it adds to the row unless its width says that it may become too large.
    """

    key: Key
    counts: Counts
    width: int
    revision: int | None = None


def weight(counts: Mapping[str, object]) -> int:
    """The most bytes that these attributes take in an item."""
    return sum(len(name.encode()) + len(str(number)) // 2 + 3 for name, number in counts.items())


def blind(key: Key, counts: Counts) -> Write | None:
    """The write of a row that nobody has read; None where the numbers alone are too many for a row."""
    width = weight(counts)
    return Write(key, counts, width) if width <= MAX_ROW else None


def first_row(key: Key) -> Key:
    """The first of the rows that hold what is one row to a reader."""
    return Key(key.pk, key.sk.partition(SEPARATOR)[0])


def read_rows(rollups: WorkspaceTable, first: Key) -> list[Item]:
    """The rows beside each other that are one to a reader, the first one first."""
    return list(rollups.query(first.pk, first.sk, first.sk + AFTER, consistent=True))


def placed(first: Key, counts: Counts, rows: list[Item]) -> list[Write]:
    """The writes that add numbers to rows which were read as `rows`; each holds only while its row is as it was."""
    group = _Group(first, rows)
    for name, number in counts.items():
        group.place(name, number)
    return list(group.writes())


@dataclass
class _Group:
    """The rows of a group while numbers are placed in them; sizes and additions by sort key."""

    first: Key
    rows: list[Item]
    sizes: dict[str, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    added: dict[str, Counts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            own = {name: value for name, value in row.items() if name not in ROW_FIELDS}
            self.sizes[str(row["sk"])] = weight(own)
            self.homes |= dict.fromkeys(own, str(row["sk"]))
        self.last = max(self.sizes, key=self._number, default=self.first.sk)

    def place(self, name: str, number: int) -> None:
        """Find a row for an attribute."""
        sort = self.homes.get(name)
        if sort is None:
            grown = weight({name: number})
            sort = self.last
            if self.sizes.get(sort, 0) and self.sizes[sort] + grown > MAX_ROW:
                sort = self.last = rollup_sort(self.first.sk, (str(self._number(sort) + 1),))
            self.sizes[sort] = self.sizes.get(sort, 0) + grown
            self.homes[name] = sort
        self.added.setdefault(sort, {})[name] = number

    def writes(self) -> Iterator[Write]:
        """A write for each row that gains something, and of the first row when there is a new one beside it."""
        revisions = {str(row["sk"]): int(row["rev"]) for row in self.rows}
        new = self.added.keys() - revisions.keys() - {self.first.sk}
        for sort in dict.fromkeys([*([self.first.sk] if new else []), *self.added]):
            alone = self.sizes.keys() <= {self.first.sk}
            width = self.sizes.get(sort, 0) if alone else FULL
            yield Write(Key(self.first.pk, sort), self.added.get(sort, {}), width, revisions.get(sort, 0))

    @staticmethod
    def _number(sort: str) -> int:
        """0 for the first row, then counted."""
        return int(sort.partition(SEPARATOR)[2] or 0)
