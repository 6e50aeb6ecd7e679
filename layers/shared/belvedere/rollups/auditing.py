"""An audit as an answer: bounded, with both sides, their checksums, and what is still on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from belvedere.clock import DAY_MS, iso
from belvedere.errors import Invalid
from belvedere.ingest.event import Event
from belvedere.rollups import watermark
from belvedere.rollups.aside import read as read_aside
from belvedere.rollups.audit import Comparison, checksum, compare
from belvedere.rollups.rawlog import stored_between
from belvedere.rollups.slots import SlotOf, whole
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.keys import Key
from belvedere.storage.tables import Tables
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import TimeRange, moment

MAX_DAYS = 31
MAX_EVENTS = 20_000


def days(start: str | None, end: str | None, now: int) -> TimeRange:
    """The asked range in whole UTC days; today when none is asked. Raises Invalid naming the field."""
    if (start is None) != (end is None):
        raise Invalid("from, to: send both, or neither for today")
    first = moment(start, "from") if start is not None else now
    last = moment(end, "to") if end is not None else now + 1
    if first >= last:
        raise Invalid("from: must be before to")
    time_range = TimeRange(floor(first, Grain.DAY), ceil(last, Grain.DAY))
    if time_range.end - time_range.start > MAX_DAYS * DAY_MS:
        raise Invalid(f"from, to: an audit reads raw events, {MAX_DAYS} days at most; ask for less")
    return time_range


@dataclass(frozen=True)
class Audit:
    """Audits one family of one workspace."""

    tables: Tables
    family: RollupTable
    slices: int
    now: int
    slot_of: SlotOf = whole

    def report(self, time_range: TimeRange, *, shown: int) -> dict[str, Any]:
        """Both sides of `time_range`, with up to `shown` rows each; rows that differ come first."""
        folded = watermark.read(self.tables.state, self.now) or 0
        events, aside = self._events(time_range)
        compared = compare(self.family, time_range, events, self.tables.rollups, self.now, self.slot_of)
        differences = compared.differences
        return {
            "family": self.family.name,
            "time_range": time_range.to_json(),
            "equal": not differences,
            "differing_rows": len(differences),
            "events": len(events),
            "put_aside": aside,
            "in_flight": sum(event.received > folded for event in events),
            "raw": _side(compared.raw, compared, shown),
            "rollups": _side(compared.rollups, compared, shown),
            "as_of": iso(folded) if folded else None,
        }

    def _events(self, time_range: TimeRange) -> tuple[list[Event], int]:
        """The events that count, and how many were put aside."""
        stored_events = stored_between(
            self.tables.events, self.family.event_type, time_range.start, time_range.end, slices=self.slices
        )
        stored = list(islice(stored_events, MAX_EVENTS + 1))
        if len(stored) > MAX_EVENTS:
            raise Invalid(f"from, to: more than {MAX_EVENTS} events in this range; ask for fewer days")
        aside = read_aside(self.tables.state)
        events = [event for key, event in stored if key not in aside]
        return events, len(stored) - len(events)


def _side(rows: Mapping[Key, Any], compared: Comparison, shown: int) -> dict[str, Any]:
    wanted: Iterable[Key] = dict.fromkeys([*compared.differences, *sorted(rows)])
    picked = islice((key for key in wanted if key in rows), shown)
    listed = [{"row": f"{key.pk} {key.sk}", "values": rows[key]} for key in picked]
    return {"rows": len(rows), "checksum": checksum(rows), "sample": listed}
