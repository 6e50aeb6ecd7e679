"""query: the five dashboard questions from rollups, against SQL engines that answer them from the raw events."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench.compare import Comparison
from bench.options import Options
from bench.ours import Ours
from bench.peers import Peer, peers
from bench.questions import QUESTIONS, result_of
from bench.report import Section, Table, number
from bench.stores import LOCAL, stores
from bench.timing import interleaved

TITLE = "the five dashboard questions, from rollups against SQL on the raw events"
FASTER_THAN = {"PostgreSQL": 20.0, "SQLite": 40.0, "DuckDB": 1.0}
AT_FIVE_MILLION = {"DuckDB": 3.0}
FLAT, EMPTY_QUERIES, QUANTILE_ERROR, DISTINCT_ERROR = 1.3, 1.5, 0.01, 0.0163
SERIES = "series 7d"
NOTHING = "an empty query"
REMEMBERED = " (pages remembered)"
OPEN = " (last day not sealed)"

Timed = tuple[str, int, str]  # (engine, size, question)
Medians = Mapping[Timed, float]


def run(options: Options) -> Section:
    """Load every size everywhere, compare the answers, then time them in turns."""
    section = Section("query", TITLE)
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder, stores() as tables:
        engines = [Ours(store) for store in tables]
        with peers(options.sizes, Path(folder)) as others:
            for engine in engines:
                for size in options.sizes:
                    engine.load(size, os.cpu_count() or 1)
            _compare(section, engines[-1], others)
            spent = interleaved(_calls(engines, others), options.rounds(9))
            times = {name: median(values) for name, values in spent.items()}
        _judge(section, engines, times, options.sizes)
        _tables(section, times, options.sizes)
        _units(section, engines, options.sizes)
        _last_day_open(section, engines, options)
    section.notes += NOTES
    return section


NOTES = [
    "Rollup rows were written from the events' contributions and sealed by the engine; the events were not streamed.",
    "Ours without a suffix starts with an empty memory: every row and page is fetched. The HTTP layer is in `warm`.",
    "The SQL engines have narrow indexed tables, all in memory, one caller, and nothing else in them.",
    "The embedded emulator looks at every row of a partition for each query; a real table does not.",
]


def _calls(engines: Sequence[Ours], others: Mapping[int, Sequence[Peer]]) -> dict[Timed, Callable[[], object]]:
    calls: dict[Timed, Callable[[], object]] = {}
    for size, found in others.items():
        for asked in QUESTIONS:
            for peer in found:
                calls[peer.name, size, asked.name] = partial(peer.ask, asked)
            for one in engines:
                calls[one.store.name, size, asked.name] = partial(one.ask_anew, size, asked)
                calls[one.store.name + REMEMBERED, size, asked.name] = partial(one.ask, size, asked)
    for one in engines:
        calls[one.store.name, 0, NOTHING] = one.ask_nothing
    return calls


def _compare(section: Section, engine: Ours, others: Mapping[int, Sequence[Peer]]) -> None:
    """Check that everybody gives the same answers, and how far our estimates are from the truth."""
    comparison = Comparison()
    for size, found in others.items():
        for asked in QUESTIONS:
            answer = engine.ask_anew(size, asked)
            for peer in found:
                stated = answer.explain["relative_error"]
                comparison.add(asked, result_of(asked, answer), peer.ask(asked), stated, f"{peer.name} at {size}")
    section.at_most("answers that differ from a peer's", len(comparison.differences), 0)
    section.at_most("p95: largest error", max(comparison.quantile_errors), QUANTILE_ERROR)
    section.at_most("distinct users: RMS error where not exact", comparison.distinct_rms, DISTINCT_ERROR)
    section.notes += [f"DIFFERENT: {text}" for text in comparison.differences[:10]]


def _judge(section: Section, engines: Sequence[Ours], times: Medians, sizes: Sequence[int]) -> None:
    largest, names = sizes[-1], {name for name, _, _ in times}
    wanted = AT_FIVE_MILLION if largest == 5_000_000 else FASTER_THAN
    for store in (one.store.name for one in engines):
        for peer in [peer for peer in wanted if peer in names]:
            faster = total(times, peer, largest) / total(times, store, largest)
            what = f"five questions at {short(largest)}, {store}: times faster than {peer}"
            section.at_least(what, faster, wanted[peer], "x")
        for size in sizes[:-1]:
            grown = total(times, store, largest) / total(times, store, size)
            section.at_most(f"latency at {short(largest)} over {short(size)}, {store}", grown, FLAT, "x")
        queries = times[store, largest, SERIES] / times[store, 0, NOTHING]
        section.at_most(f"{SERIES} over {NOTHING}, {store}", queries, EMPTY_QUERIES, "x")


def total(times: Medians, engine: str, size: int) -> float:
    """All five questions, one after another."""
    return sum(times[engine, size, asked.name] for asked in QUESTIONS)


def _tables(section: Section, times: Medians, sizes: Sequence[int]) -> None:
    names = list(dict.fromkeys(name for name, size, _ in times if size))
    for size in sizes:
        rows = [
            [name, *(number(times[name, size, asked.name]) for asked in QUESTIONS), number(total(times, name, size))]
            for name in names
        ]
        headers = ["engine", *(asked.name for asked in QUESTIONS), "sum"]
        section.tables.append(Table(f"{short(size)} events, median ms", headers, rows))


def _units(section: Section, engines: Sequence[Ours], sizes: Sequence[int]) -> None:
    """Read units of every question at every size; the emulator's report of a query is always 0.5, so it has none."""
    for engine in [one for one in engines if one.store.name == LOCAL]:
        units = {(size, asked.name): engine.units(size, asked) for size in sizes for asked in QUESTIONS}
        headers = ["events", *(asked.name for asked in QUESTIONS), "sum"]
        rows = []
        for size in sizes:
            found = [units[size, asked.name].read_units for asked in QUESTIONS]
            rows.append([short(size), *(f"{one:g}" for one in found), f"{sum(found):g}"])
        section.tables.append(Table(f"read units ({LOCAL}, nothing remembered)", headers, rows))
        calls = {asked.name: {units[size, asked.name].calls for size in sizes} for asked in QUESTIONS}
        section.at_most(
            "questions whose number of reads depends on the size", sum(len(c) > 1 for c in calls.values()), 0
        )
        sums = [sum(units[size, asked.name].read_units for asked in QUESTIONS) for size in sizes]
        section.at_most(f"read units at {short(sizes[-1])} over {short(sizes[0])}", sums[-1] / sums[0], 1.0, "x")


def _last_day_open(section: Section, engines: Sequence[Ours], options: Options) -> None:
    """What a day costs that is not sealed, because it is today or because an event came late."""
    engine = engines[-1]
    for size in options.sizes:
        engine.open_last_day(size)
    calls = {(size, asked.name): partial(engine.ask, size, asked) for size in options.sizes for asked in QUESTIONS}
    spent = interleaved(calls, options.rounds(3))
    rows = []
    for size in options.sizes:
        cells = []
        for asked in QUESTIONS:
            meter = engine.units(size, asked)
            cells.append(f"{number(median(spent[size, asked.name]))} ms, {meter.calls} reads")
        rows.append([short(size), *cells])
    headers = ["events", *(asked.name for asked in QUESTIONS)]
    section.tables.append(
        Table(f"with the last of the days not sealed, other pages remembered ({engine.store.name})", headers, rows)
    )


def short(size: int) -> str:
    """10k, 1M."""
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1000}k"
