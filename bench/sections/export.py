"""export: rows a second and memory of each format, beside pandas and pyarrow, alone and from stored events."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

from belvedere.export.writers.formats import FORMATS
from bench import export_sources, needs
from bench.options import Options
from bench.report import Section, Table, number
from bench.stores import Store, stores
from bench.timing import interleaved

TITLE = "files of raw events"
ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 100_000, 1_000_000
QUICK_SMALL, QUICK_LARGE = 70_000, 140_000  # more than a row group
SLOW, SLOWER = "excel", 10  # so much smaller are the files of a format that is so much slower
STORED, QUICK_STORED = 20_000, 5_000
ALONE, FROM_STORE = 1.0, 0.5  # of the peers' rows a second
FLAT_MIB = 8.0  # a writer holds a batch or a group, however many there were
END_TO_END = ("csv", "parquet")


class Written(NamedTuple):
    """What one program found: rows a second of processor time, mebibytes above its start, size of the file."""

    rows_s: float
    mib: float
    bytes: int


def run(options: Options) -> Section:
    """Each writer in processes of its own, then the way from stored events in turns."""
    section = Section("export", TITLE)
    peers = needs.python_peers()
    _writers(section, options, peers=peers)
    with stores() as tables:
        for store in tables:
            export_sources.fill(store, QUICK_STORED if options.quick else STORED)
            _end_to_end(section, store, options, peers=peers)
    section.notes += NOTES
    return section


NOTES = [
    "Writers alone: processor time of one process, rows made on the way, the making taken off; memory above its start.",
    "The peer is pandas (Excel by XlsxWriter), for Parquet pyarrow; it holds all rows, ours a batch or a row group.",
    f"Excel is measured with a {SLOWER}th of the rows.",
    "From stored events: both read the same items of one store, in turns; ours checks each event as the fold does.",
]


def _writers(section: Section, options: Options, *, peers: bool) -> None:
    small, large = (QUICK_SMALL, QUICK_LARGE) if options.quick else (SMALL, LARGE)
    rows = []
    for form in FORMATS:
        share = SLOWER if form == SLOW else 1
        few, many = (written("ours", form, size // share) for size in (small, large))
        peer = written("peer", form, small // share) if peers else None
        section.at_most(f"{form}: memory of {large // share:,} rows over {small // share:,}", many.mib - few.mib,
                        FLAT_MIB, " MiB")  # fmt: skip
        if peer:
            section.at_least(f"{form}: rows/s of the writer alone over the peer", few.rows_s / peer.rows_s, ALONE, "x")
        if peer and form == "csv":
            arrow = written("arrow", form, small).rows_s
            section.at_least("csv: rows/s of the writer alone over pyarrow's", few.rows_s / arrow, ALONE, "x")
        theirs = [number(peer.rows_s), number(peer.mib)] if peer else ["", ""]
        rows.append([form, f"{small // share:,}", number(few.rows_s), number(few.mib), *theirs, f"{few.bytes:,}",
                     f"{large // share:,}", number(many.rows_s), number(many.mib)])  # fmt: skip
    headers = ["format", "rows", "rows/s", "MiB", "peer rows/s", "peer MiB", "bytes", "rows", "rows/s", "MiB"]
    section.tables.append(Table("writers alone", headers, rows))


def written(who: str, form: str, size: int) -> Written:
    """What a program of its own found."""
    command = [sys.executable, "-m", "bench.export_program", who, form, str(size)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True)
    return Written(**orjson.loads(done.stdout.splitlines()[-1]))


def _end_to_end(section: Section, store: Store, options: Options, *, peers: bool) -> None:
    rows = []
    for form in END_TO_END:
        calls = {"ours": partial(export_sources.ours, store, form)}
        if peers:
            calls["peer"] = partial(export_sources.peer, store, form)
        size = calls["ours"]()
        a_second = {who: size / median(ms) * 1_000 for who, ms in interleaved(calls, options.rounds(5)).items()}
        if peers:
            ratio = a_second["ours"] / a_second["peer"]
            section.at_least(f"{form}: rows/s from {store.name} over the peer", ratio, FROM_STORE, "x")
        rows.append([form, f"{size:,}", *(number(a_second[who]) for who in calls)])
    section.tables.append(Table(f"from stored events, {store.name}", ["format", "rows", "rows/s", "peer rows/s"], rows))
