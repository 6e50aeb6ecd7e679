"""The command line of the benchmarks."""

import argparse
import importlib
import sys
import time
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("layers/shared", "functions")]

from bench import machine, report  # noqa: E402 - the layer has to be found first
from bench.options import Options  # noqa: E402

RESULTS = Path(__file__).parent / "results"
SECTIONS = ("ingest", "fold", "query", "cold", "warm", "freshness", "live", "readers", "sessions", "export")


def main() -> None:
    """Run the wanted sections, print each as it ends, and write them all down."""
    given = _parser().parse_args()
    options, names = Options(given.quick, given.five_million), given.sections or list(SECTIONS)
    header, sections = machine.facts(), []
    for name in names:
        started = time.monotonic()
        sections.append(importlib.import_module(f"bench.sections.{name}").run(options))
        print(report.section_markdown(sections[-1]), f"\n({time.monotonic() - started:.0f} s)\n", sep="\n", flush=True)
    whole = list(names) == list(SECTIONS) and not given.quick
    if given.update:
        header, sections = _updated(sections, header)
    _write(header, sections, "latest" if whole or given.update else "partial")


def _updated(sections: list[report.Section], facts: dict[str, str]) -> tuple[dict[str, str], list[report.Section]]:
    """The latest results with these sections in place of its own, each saying when and where it was measured."""
    header, earlier = report.from_json(orjson.loads((RESULTS / "latest.json").read_bytes()))
    for section in sections:
        section.notes.append(f"Measured by itself: {facts['date']}; {facts['machine']}.")
    named = {section.name: section for section in (*earlier, *sections)}
    return header, [named[name] for name in SECTIONS if name in named]


def _write(header: dict[str, str], sections: list[report.Section], name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(report.markdown(header, sections))
    content = orjson.dumps(report.as_json(header, sections), option=orjson.OPT_INDENT_2)
    (RESULTS / f"{name}.json").write_bytes(content + b"\n")
    print(f"Written to bench/results/{name}.md and .json")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Benchmarks; they print ratios and never fail."
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes")
    parser.add_argument("--update", action="store_true", help="put these sections into the latest results")
    parser.add_argument("--five-million", action="store_true", help="also answer questions about 5M events")
    return parser


if __name__ == "__main__":
    main()
