"""Starts the functions a newcomer calls first, so that the first click is fast."""

import json
from typing import Any

from belvedere_cli.deployment import Outputs

FIRST = (
    "ops.health", "ingest.events", "fold.rollups", "learning.summary", "realtime.connect", "realtime.push",
    "learning.timeseries", "learning.class_overview", "productivity.overview", "ops.not_found",
)  # fmt: skip
EVENT = json.dumps({"source": "belvedere.warm-up"})


def begin(lambda_: Any, outputs: Outputs) -> None:
    """Ask for each; the emulator starts them by itself and nobody waits."""
    for handler in FIRST:
        if name := outputs.functions.get(handler):
            lambda_.invoke(FunctionName=name, InvocationType="Event", Payload=EVENT)
