"""Fold lag: how long the newest received event has waited. Blocking.

Nobody notes what was received last, so it is looked for where live events are: the newest event by its own time of
each type, today and the days beside it. So a fold that stands still is seen by the events of the present, not by an
import of old ones.
"""

from collections.abc import Iterable
from itertools import islice

from belvedere.clock import DAY_MS, iso_ms
from belvedere.rollups import watermark
from belvedere.rollups.rawlog import newest_first
from belvedere.storage.tables import Tables


def waiting_ms(tables: Tables, event_types: Iterable[str], slices: int, now: int) -> int:
    """For how long a received event has been waiting for the fold; 0 when none is seen waiting."""
    last = [received for kind in event_types for received in _received(tables, kind, slices, now)]
    # Read after the events, so that one folded meanwhile is not waiting.
    folded = watermark.read(tables.state, now) or 0
    return max((now - received for received in last if received > folded), default=0)


def _received(tables: Tables, event_type: str, slices: int, now: int) -> Iterable[int]:
    """When the newest event of each of three days was received."""
    for day in (now - DAY_MS, now, now + DAY_MS):
        start = day - day % DAY_MS
        newest = newest_first(
            tables.events, event_type, start, start + DAY_MS, slices=slices, days=[iso_ms(start)[:10]], page=1
        )
        yield from (event.received for event in islice(newest, 1))
