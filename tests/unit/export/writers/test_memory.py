"""A writer's memory is that of a batch or a group of rows, however many there are."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from belvedere.export.columns import Row
from belvedere.export.writers import parquet_file
from belvedere.export.writers.formats import FORMATS, merge, part_writer_for, writer_for
from belvedere.export.writers.writer import BATCH_ROWS, Writer
from tests.unit.export.tables import COLUMNS, MOMENT

FEW, MANY = 4 * BATCH_ROWS, 9 * BATCH_ROWS  # the larger is some 18,000 rows
GROWTH = 1.25  # of the peak; holding all rows would make it more than twice as large


class Nowhere(io.BytesIO):
    """A file that keeps nothing."""

    def write(self, content: Any) -> int:
        return len(content)


def rows(number: int) -> Iterator[Row]:
    for place in range(number):
        yield f"event-{place}", place, place / 7, place % 2 == 0, MOMENT + place, {"step": [place]}


def peak(writer: Writer, number: int) -> int:
    """The most memory that writing so many rows takes, in bytes of Python's objects."""
    tracemalloc.start()
    try:
        writer.open(Nowhere(), COLUMNS)
        writer.write(rows(number))
        writer.close()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "GROUP_ROWS", 2 * BATCH_ROWS)


@pytest.mark.one_hour
@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("make", [writer_for, part_writer_for])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "excel"])
def test_a_file_twice_as_long_takes_no_more_memory(name: str, make: Any) -> None:
    peak(make(name), BATCH_ROWS)  # imports what it needs
    assert peak(make(name), MANY) < GROWTH * peak(make(name), FEW)


@pytest.mark.one_hour
def test_a_workbook_takes_no_more_memory_than_its_packing() -> None:
    peak(writer_for("excel"), 10)
    assert peak(writer_for("excel"), 4_000) < GROWTH * peak(writer_for("excel"), 2_000)


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.merge])
def test_merging_opens_one_part_at_a_time(name: str) -> None:
    part, ahead = io.BytesIO(), list[int]()
    writer = part_writer_for(name)
    writer.open(part, COLUMNS)
    writer.write(rows(10))
    writer.close()
    taken: list[io.BytesIO] = []

    def parts() -> Iterator[io.BytesIO]:
        for _ in range(3):
            ahead.append(sum(one.tell() == 0 for one in taken))
            taken.append(io.BytesIO(part.getvalue()))
            yield taken[-1]

    assert merge(name, parts(), io.BytesIO(), COLUMNS) == 30
    assert ahead == [0, 0, 0], "each part was read before the next one was asked for"
