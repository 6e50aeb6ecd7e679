"""query: the five dashboard questions from rollups, against SQL engines that answer them from the raw events."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench import loading
from bench.cached import cached
from bench.compare import Comparison
from bench.options import Options
from bench.ours import Ours, workspace
from bench.peers import Peer, peers
from bench.query_tables import Medians, Timed, last_day_open, latencies, short, total, units
from bench.questions import QUESTIONS, result_of
from bench.report import Section
from bench.stores import stores
from bench.timing import interleaved

TITLE = "the five dashboard questions, from rollups against SQL on the raw events"
FASTER_THAN = {"PostgreSQL": 20.0, "SQLite": 40.0, "DuckDB": 1.0}
AT_FIVE_MILLION = {"DuckDB": 3.0}
FLAT, EMPTY_QUERIES, QUANTILE_ERROR, DISTINCT_ERROR = 1.3, 1.5, 0.01, 0.0163
SERIES = "series 7d"
NOTHING = "an empty query"
REMEMBERED = " (pages remembered)"


def run(options: Options) -> Section:
    """Load every size everywhere, compare the answers, then time them in turns."""
    section = Section("query", TITLE)
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder, stores() as tables:
        engines = [Ours(store) for store in tables]
        with peers(options.sizes, Path(folder)) as others:
            for size in options.sizes:
                days = list(loading.days_of(size, workspace(size), os.cpu_count() or 1))
                for engine in engines:
                    engine.load(size, days)
            _compare(section, engines[-1], others)
            spent = interleaved(_calls(engines, others), options.rounds(7))
            times = {name: median(values) for name, values in spent.items()}
        _judge(section, engines, times, options.sizes)
        latencies(section, times, options.sizes)
        units(section, engines, options.sizes)
        last_day_open(section, engines[-1], options)
        cached(section, engines[-1], options.sizes[-1], options)
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
    for size, peers_of_size in others.items():
        for query in QUESTIONS:
            for peer in peers_of_size:
                calls[peer.name, size, query.name] = partial(peer.ask, query)
            for engine in engines:
                calls[engine.store.name, size, query.name] = partial(engine.ask_anew, size, query)
                calls[engine.store.name + REMEMBERED, size, query.name] = partial(engine.ask, size, query)
    for engine in engines:
        calls[engine.store.name, 0, NOTHING] = engine.ask_nothing
    return calls


def _compare(section: Section, engine: Ours, others: Mapping[int, Sequence[Peer]]) -> None:
    """Check that everybody gives the same answers, and how far our estimates are from the truth."""
    comparison = Comparison()
    for size, peers_of_size in others.items():
        for query in QUESTIONS:
            answer = engine.ask_anew(size, query)
            for peer in peers_of_size:
                stated = answer.explain["relative_error"]
                comparison.add(query, result_of(query, answer), peer.ask(query), stated, f"{peer.name} at {size}")
    section.at_most("answers that differ from a peer's", len(comparison.differences), 0)
    section.at_most("p95: largest error", max(comparison.quantile_errors), QUANTILE_ERROR)
    section.at_most("distinct users: RMS error where not exact", comparison.distinct_rms, DISTINCT_ERROR)
    section.notes += [f"DIFFERENT: {text}" for text in comparison.differences[:10]]


def _judge(section: Section, engines: Sequence[Ours], times: Medians, sizes: Sequence[int]) -> None:
    largest, names = sizes[-1], {name for name, _, _ in times}
    wanted = AT_FIVE_MILLION if largest == 5_000_000 else FASTER_THAN
    for store in (engine.store.name for engine in engines):
        for peer in [peer for peer in wanted if peer in names]:
            faster = total(times, peer, largest) / total(times, store, largest)
            what = f"five questions at {short(largest)}, {store}: times faster than {peer}"
            section.at_least(what, faster, wanted[peer], "x")
        for size in sizes[:-1]:
            grown = total(times, store, largest) / total(times, store, size)
            section.at_most(f"latency at {short(largest)} over {short(size)}, {store}", grown, FLAT, "x")
        queries = times[store, largest, SERIES] / times[store, 0, NOTHING]
        section.at_most(f"{SERIES} over {NOTHING}, {store}", queries, EMPTY_QUERIES, "x")
