"""One writing of one file, in a process of its own: prints rows a second and the memory it took.

    python -m bench.export_program ours csv 100000

Rows are made of the data set while they are written, so they are never all in memory unless a writer holds them; the
time that making them takes is measured before and taken off.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("layers/shared", "functions")]

import orjson  # noqa: E402 - the layer has to be found first

from belvedere.boards.registry import CATALOG  # noqa: E402
from belvedere.export.columns import Row  # noqa: E402
from belvedere.export.sources.event_columns import event_columns, row_of  # noqa: E402
from belvedere.export.writers.formats import writer_for  # noqa: E402
from bench import data  # noqa: E402

KIND = CATALOG.event_types[data.TYPE]
COLUMNS = event_columns(KIND)
NAMES = [column.name for column in COLUMNS]
POOL = 20_000  # different events; larger files repeat them under other ids
KIB_OF_MIB = 1_024

Write = Callable[[Iterator[Row], Path], None]


def main() -> None:
    """Write the file and print what it took."""
    who, form, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    write, pool = WRITERS[who](form), event_rows()
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder:
        write(rows(pool, 1), Path(folder) / "first")  # imports what it needs
    making = seconds(lambda: sum(1 for _ in rows(pool, size)))
    before = peak_mib()
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder:
        path = Path(folder) / "file"
        taken = seconds(lambda: write(rows(pool, size), path))
        figures = {"rows_s": size / max(taken - making, 1e-9), "mib": peak_mib() - before, "bytes": path.stat().st_size}
    print(orjson.dumps(figures).decode(), flush=True)
    os._exit(0)  # peers' threads do not always let a process end


def event_rows() -> list[Row]:
    """The rows of some events, as the source of raw events makes them."""
    row = row_of(KIND, COLUMNS)
    return [row(data.event(drawn, f"event-{number}", "bench")) for number, drawn in enumerate(data.rows(POOL))]


def rows(pool: list[Row], size: int) -> Iterator[Row]:
    """So many rows, each with an id of its own."""
    repeated = (row for _ in count() for row in pool)
    return ((f"event-{number:09d}", *row[1:]) for number, row in enumerate(islice(repeated, size)))


def seconds(call: Callable[[], object]) -> float:
    """How much processor time one call takes: others who use the machine do not count."""
    started = time.process_time()
    call()
    return time.process_time() - started


def peak_mib() -> float:
    """The most memory that this process has held."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / KIB_OF_MIB
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_OF_MIB


def ours(form: str) -> Write:
    """Belvedere's writer."""

    def write(some: Iterator[Row], path: Path) -> None:
        writer = writer_for(form)
        with path.open("wb") as out:
            writer.open(out, COLUMNS)
            writer.write(some)
            writer.close()

    return write


def peer(form: str) -> Write:
    """What one would write in a notebook: pandas, and for Parquet pyarrow; moments are as typed as ours."""
    import pandas
    import pyarrow
    from pyarrow import parquet

    def frame(some: Iterator[Row]) -> Any:
        table = pandas.DataFrame.from_records(list(some), columns=NAMES)
        for name in ("time", "received"):
            table[name] = pandas.to_datetime(table[name], unit="ms", utc=form != "excel")
        return table

    def as_parquet(some: Iterator[Row], path: Path) -> None:
        table = pyarrow.Table.from_pylist([dict(zip(NAMES, row, strict=True)) for row in some])
        for name in ("time", "received"):
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table.column(place).cast(pyarrow.timestamp("ms", "UTC")))
        parquet.write_table(table, path, compression="zstd")

    writers: dict[str, Write] = {
        "csv": lambda some, path: frame(some).to_csv(path, index=False),
        "json": lambda some, path: frame(some).to_json(path, orient="records", date_format="iso"),
        "ndjson": lambda some, path: frame(some).to_json(path, orient="records", date_format="iso", lines=True),
        "excel": lambda some, path: frame(some).to_excel(path, index=False, engine="xlsxwriter"),
        "parquet": as_parquet,
    }
    return writers[form]


def arrow(form: str) -> Write:
    """CSV by pyarrow, which makes no text harmless."""
    import pyarrow
    from pyarrow import csv

    def write(some: Iterator[Row], path: Path) -> None:
        csv.write_csv(pyarrow.Table.from_pylist([dict(zip(NAMES, row, strict=True)) for row in some]), path)

    assert form == "csv"
    return write


WRITERS: dict[str, Callable[[str], Write]] = {"ours": ours, "peer": peer, "arrow": arrow}

if __name__ == "__main__":
    main()
