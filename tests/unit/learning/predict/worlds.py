"""What the model learns from in tests: the simulated school, and the tutoring log where it is at hand."""

import csv
from datetime import datetime
from functools import cache
from pathlib import Path

from belvedere.boards.learning.events import HINT
from belvedere.boards.learning.predict.train import Happening
from belvedere.clock import DAY_MS, to_ms
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.imports.mappings.oatutor import to_event
from belvedere_cli.sending.event_wire import WireEvent

LOG = Path(__file__).parents[4] / ".." / "shared" / "data" / "oatutor_events.csv"
START = 20_000 * DAY_MS


@cache
def simulated(days: int = 4) -> tuple[Happening, ...]:
    """A few days of a school whose chances are known (see `simulated_school`)."""
    school = Simulator(seed=3, students=40, per_second=0.02)
    sent = school.deliveries(START, START + days * DAY_MS)
    return tuple(happening(one.event) for one in sent if not one.repeat)


def tutoring_log() -> tuple[Happening, ...]:
    """Every row of the log, as the importer sends it."""
    with LOG.open(newline="", encoding="utf-8") as file:
        return tuple(happening(to_event(row)) for row in csv.DictReader(file))


def happening(event: WireEvent) -> Happening:
    """An event as the model's source reads it."""
    time = event.time if isinstance(event.time, int) else to_ms(datetime.fromisoformat(event.time))
    success = None if event.type == HINT else bool(event.properties["success"])
    concept = event.properties.get("concept")
    return Happening(time, event.id, str(event.user), str(concept) if concept else None, success)
