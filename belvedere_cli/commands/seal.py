"""`belvedere seal`: packs finished days at once instead of at night."""

import json
from collections.abc import Iterator
from typing import Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, whole
from belvedere_cli.errors import CommandError

STEP_S = 5.0

SealedDays = dict[str, dict[str, int]]  # number of days by outcome (sealed, kept, left), by workspace


@click.command()
@click.option("--days", type=whole, help="how far back (all)")
@place_options
def seal(place: Place, days: int | None) -> None:
    """pack finished days, so that they are read as one item each"""
    outputs = deployment.running(place.state_dir)
    print("Packing finished days; what is packed stays so, if you stop it.", flush=True)
    for progress in seal_days(outputs.client("lambda"), outputs.functions["fold.seal"], days):
        for workspace, counts in progress.items():
            left = f", {counts['left']:,} left" if counts["left"] else ""
            print(f"  {workspace}: {counts['sealed']:,} days packed, {counts['kept']:,} were already{left}", flush=True)


def seal_days(lambda_: Any, function_name: str, days: int | None) -> Iterator[SealedDays]:
    """Have the last `days` finished days of all workspaces packed, or all there are, a step after the other.

    Yields after each step how many days were `sealed` so far, `kept` as they were, and are `left`. Whoever stops in the
    middle loses nothing: the next time goes on there. Raises CommandError.
    """
    request, seconds, total = {} if days is None else {"days": days}, STEP_S, SealedDays()
    while True:
        answer = lambda_.invoke(FunctionName=function_name, Payload=json.dumps({**request, "seconds": seconds}))
        step: Any = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise CommandError(f"Sealing failed: {step.get('errorMessage', step)}")
        before, total = total, {name: _added(total.get(name), counts) for name, counts in step.items()}
        yield total
        if not any(counts["left"] for counts in total.values()):
            return
        if before and all(total[name]["sealed"] == counts["sealed"] for name, counts in before.items()):
            seconds *= 2  # a step has to be long enough for the largest day


def _added(before: dict[str, int] | None, step: dict[str, int]) -> dict[str, int]:
    """What one more step came to; it finds as they were the days that the steps before it have sealed."""
    if before is None:
        return step
    return {"sealed": before["sealed"] + step["sealed"], "kept": before["kept"], "left": step["left"]}
