"""The query benchmark's tables: latencies by engine, read units by size, and what an unsealed day costs."""

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median

from bench.options import Options
from bench.ours import Ours
from bench.questions import QUESTIONS
from bench.report import Section, Table, number
from bench.stores import LOCAL
from bench.timing import interleaved

Timed = tuple[str, int, str]  # (engine, size, question)
Medians = Mapping[Timed, float]


def total(times: Medians, engine: str, size: int) -> float:
    """All five questions, one after another."""
    return sum(times[engine, size, query.name] for query in QUESTIONS)


def latencies(section: Section, times: Medians, sizes: Sequence[int]) -> None:
    names = list(dict.fromkeys(name for name, size, _ in times if size))
    for size in sizes:
        rows = [
            [name, *(number(times[name, size, query.name]) for query in QUESTIONS), number(total(times, name, size))]
            for name in names
        ]
        headers = ["engine", *(query.name for query in QUESTIONS), "sum"]
        section.tables.append(Table(f"{short(size)} events, median ms", headers, rows))


def units(section: Section, engines: Sequence[Ours], sizes: Sequence[int]) -> None:
    """Read units of every question at every size; the emulator's report of a query is always 0.5, so it has none."""
    for engine in [candidate for candidate in engines if candidate.store.name == LOCAL]:
        units = {(size, query.name): engine.units(size, query) for size in sizes for query in QUESTIONS}
        headers = ["events", *(query.name for query in QUESTIONS), "sum"]
        rows = []
        for size in sizes:
            read_units = [units[size, query.name].read_units for query in QUESTIONS]
            rows.append([short(size), *(f"{each:g}" for each in read_units), f"{sum(read_units):g}"])
        section.tables.append(Table(f"read units ({LOCAL}, nothing remembered)", headers, rows))
        calls = {query.name: {units[size, query.name].calls for size in sizes} for query in QUESTIONS}
        section.at_most(
            "questions whose number of reads depends on the size", sum(len(c) > 1 for c in calls.values()), 0
        )
        sums = [sum(units[size, query.name].read_units for query in QUESTIONS) for size in sizes]
        section.at_most(f"read units at {short(sizes[-1])} over {short(sizes[0])}", sums[-1] / sums[0], 1.0, "x")


def last_day_open(section: Section, engine: Ours, options: Options) -> None:
    """What a day costs that is not sealed, because it is today or because an event came late."""
    for size in options.sizes:
        engine.open_last_day(size)
    calls = {(size, query.name): partial(engine.ask, size, query) for size in options.sizes for query in QUESTIONS}
    spent = interleaved(calls, options.rounds(3))
    rows = []
    for size in options.sizes:
        cells = []
        for query in QUESTIONS:
            meter = engine.units(size, query)
            cells.append(f"{number(median(spent[size, query.name]))} ms, {meter.calls} reads")
        rows.append([short(size), *cells])
    headers = ["events", *(query.name for query in QUESTIONS)]
    section.tables.append(
        Table(f"with the last of the days not sealed, other pages remembered ({engine.store.name})", headers, rows)
    )


def short(size: int) -> str:
    """10k, 1M."""
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1000}k"
