"""The widths an answer's buckets may have, in any time zone.

Weeks start on Monday. Buckets of an hour and more follow the clocks of the zone; where these do not turn with the hours
of UTC, in which rows are, the rows are taken apart (`query.reader.partial_hours`).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_datetime, to_ms
from belvedere.errors import Invalid
from belvedere.rollups.slots import last_turn, turns
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import floor

_NO_ZONES = frozenset({"localtime", "posixrules", "posix", "right", "Factory"})  # which some machines have beside them


@dataclass(frozen=True)
class Granularity:
    """A bucket width: its name, the widest rollup grain it can be made of, and about how long it is."""

    name: str
    grain: Grain
    width_ms: int

    def start(self, ms: int, zone: ZoneInfo | None = None) -> int:
        """The start of the bucket a moment falls in, epoch milliseconds."""
        if self.width_ms < HOUR_MS or (zone is None and self.width_ms <= DAY_MS):
            return ms - ms % self.width_ms
        if zone is not None and self.width_ms == HOUR_MS:
            return last_turn(ms, zone)
        start = self._local_start(to_datetime(ms).astimezone(zone or UTC))
        moment = to_ms(start)
        if zone is not None and moment > ms:  # clocks were put forward over it, so it begins with the change
            moment = last_turn(ms, zone)
            while self._local_start(to_datetime(moment - 1).astimezone(zone)) == start:
                moment = last_turn(moment - 1, zone)
        return moment

    def next(self, start: int, zone: ZoneInfo | None = None) -> int:
        """The start of the bucket after the one that starts at `start`."""
        if self.width_ms < HOUR_MS or (zone is None and self.width_ms <= DAY_MS):
            return start + self.width_ms
        if zone is not None and self.width_ms == HOUR_MS:
            hour = floor(start, Grain.HOUR)
            return min(turn for turn in (*turns(hour, zone), *turns(hour + HOUR_MS, zone)) if turn > start)
        # Past the middle of the next bucket whatever daylight saving does, then back to its start.
        step = {"1mo": 45 * DAY_MS, "1w": 10 * DAY_MS, "1d": 36 * HOUR_MS, "6h": 9 * HOUR_MS}[self.name]
        try:
            return self.start(start + step, zone)
        except OverflowError:  # that is beyond the calendar, and so is the end of this bucket
            return start + step

    def _local_start(self, local: datetime) -> datetime:
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if self.name == "1mo":
            return midnight.replace(day=1)
        if self.name == "1w":
            return midnight - timedelta(days=local.weekday())
        return midnight if self.name == "1d" else midnight.replace(hour=local.hour - local.hour % 6)


GRANULARITIES: dict[str, Granularity] = {
    width.name: width
    for width in (
        Granularity("1m", Grain.MINUTE, MINUTE_MS),
        Granularity("5m", Grain.MINUTE, 5 * MINUTE_MS),
        Granularity("15m", Grain.MINUTE, 15 * MINUTE_MS),
        Granularity("1h", Grain.HOUR, HOUR_MS),
        Granularity("6h", Grain.HOUR, 6 * HOUR_MS),
        Granularity("1d", Grain.DAY, DAY_MS),
        Granularity("1w", Grain.DAY, 7 * DAY_MS),
        Granularity("1mo", Grain.DAY, 30 * DAY_MS),
    )
}


def granularity(name: str, field: str = "granularity") -> Granularity:
    """A granularity by name. Raises Invalid with those there are."""
    if name not in GRANULARITIES:
        raise Invalid(f"{field}: {name!r} is not one of {', '.join(GRANULARITIES)}")
    return GRANULARITIES[name]


def time_zone(name: str | None, field: str = "tz") -> ZoneInfo | None:
    """A time zone by its IANA name; None for UTC. Raises Invalid."""
    if name is None or name.upper() in ("UTC", "Z"):
        return None
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        if name.partition("/")[0] not in _NO_ZONES:
            return ZoneInfo(name)
    raise Invalid(f"{field}: {name!r:.60} is not an IANA time zone, such as Europe/Berlin")
