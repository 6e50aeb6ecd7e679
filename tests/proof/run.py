"""Makes every experiment on an emulator of its own: a line each, then a table, then the verdict in one line.

Exit code 1 when any row of any experiment differs from a recount, or when a sabotaged fold is not found out.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from infra.local import emulator
from infra.local.ports import free_port
from infra.local.settings import LocalError, LocalSettings
from tests.proof.catalogue import EXPERIMENTS, SABOTAGES, Experiment
from tests.proof.verdict import Verdict
from tests.worlds.lab import Lab

WIDTH = 44


@dataclass(frozen=True)
class Line:
    """One experiment's line of the table."""

    name: str
    verdict: Verdict
    seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 0 when everything is proven."""
    options = parser().parse_args(arguments)
    try:
        with private_emulator() as settings:
            lab = Lab(settings, seed=options.seed, size=options.events, sweep=options.sweep)
            chosen = [one for one in EXPERIMENTS if options.only in one.name]
            lines = [run(lab, one) for one in chosen]
            missed = [] if options.only else [name for pair in SABOTAGES if (name := sabotage(lab, *pair))]
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    table(lines)
    return conclude(lines, missed, sabotages=0 if options.only else len(SABOTAGES))


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(
        prog="python -m tests.prove", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    found.add_argument("--seed", type=int, default=7, help="another seed makes other events, cuts and deaths")
    found.add_argument("--events", type=int, default=600, help="events of each large experiment (default 600)")
    found.add_argument("--sweep", type=int, default=6, help="events of those that are made at every call (default 6)")
    found.add_argument("--only", default="", help="only experiments whose name contains this")
    return found


def run(lab: Lab, experiment: Experiment) -> Line:
    """One experiment, told as it goes."""
    print(f"{experiment.name:<{WIDTH}} ", end="", flush=True)
    began = time.monotonic()
    verdict = experiment.run(lab)
    line = Line(experiment.name, verdict, time.monotonic() - began)
    told = f"{verdict.faults} faults, {verdict.deliveries} deliveries, {verdict.transactions} transactions"
    print(f"{'ok' if verdict.true else 'DIFFERS':<8}{line.seconds:6.1f} s   {told}, {verdict.rows} rows", flush=True)
    print(f"{'':<{WIDTH}}   {verdict.injected}")
    if not verdict.true:
        print(verdict.shown())
    return line


def sabotage(lab: Lab, tamper: type, experiment: Experiment) -> str | None:
    """Break the fold on purpose; the name of the sabotage if nobody noticed."""
    verdict = experiment.run(replace(lab, tampered=tamper, size=min(lab.size, 150), sweep=3))
    found = "not noticed" if verdict.true else f"found out, {len(verdict.differences)} differences"
    print(f"{'sabotage: ' + tamper.__name__:<{WIDTH}} {found}", flush=True)
    return tamper.__name__ if verdict.true else None


def table(lines: list[Line]) -> None:
    """All experiments, a line each."""
    print(f"\n{'experiment':<{WIDTH}} {'faults':>7} {'deliveries':>11} {'failed':>7} {'transactions':>13} "
          f"{'events':>7} {'rows':>7} {'differences':>12}")  # fmt: skip
    for line in lines:
        one = line.verdict
        print(f"{line.name:<{WIDTH}} {one.faults:>7} {one.deliveries:>11} {one.failures:>7} {one.transactions:>13} "
              f"{one.events:>7} {one.rows:>7} {len(one.differences):>12}")  # fmt: skip


def conclude(lines: list[Line], missed: list[str], *, sabotages: int) -> int:
    """The verdict in one line, and the exit code."""
    rows, faults = (sum(getattr(line.verdict, name) for line in lines) for name in ("rows", "faults"))
    seconds = sum(line.seconds for line in lines)
    wrong = [line.name for line in lines if not line.verdict.true]
    if wrong or missed:
        told = [f"differences in {', '.join(wrong)}"] if wrong else []
        told += [f"not noticed: {', '.join(missed)}"] if missed else []
        print(f"\nNOT PROVEN: {'; '.join(told)}")
        return 1
    seen = f"; all {sabotages} sabotaged folds found out" if sabotages else ""
    print(f"\nPROVEN: {rows} rows of {len(lines)} experiments equal both recounts "
          f"after {faults} faults, in {seconds:.0f} s{seen}.")  # fmt: skip
    return 0


@contextmanager
def private_emulator() -> Iterator[LocalSettings]:
    """An emulator on a free port, with nothing in it, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="belvedere-prove-") as directory:
        settings = LocalSettings(port=free_port(), emulator_port=free_port(), state_dir=Path(directory))
        try:
            emulator.start(settings)
            emulator.wait(settings)
            yield settings
        finally:
            emulator.stop(settings)
