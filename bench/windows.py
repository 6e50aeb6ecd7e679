"""Batches of one workspace's traffic as a stream window makes them, over a day of a month with so many events."""

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from belvedere.boards.registry import CATALOG
from belvedere.clock import HOUR_MS, SECOND_MS
from belvedere.rollups.changes import Change
from belvedere.rollups.chunks import TablesOfType, chunks
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.slots import QUARTER_MS, ZoneHistory
from belvedere.sketches.histogram import bin_of
from belvedere.time_buckets import PART_MS
from bench import data
from bench.bill import Bill
from infra.local.deploy import templates


class Window(NamedTuple):
    """How long the stream waits for more after a batch's first event, and for how many; and what is folded of them."""

    seconds: float
    most: int
    rollup_tables: TablesOfType = CATALOG.rollup_tables_of


@dataclass(frozen=True)
class Traffic:
    """A workspace with `volume` events a month, and how many hours of a day are looked at; `zone` is its time zone."""

    volume: int
    hours: int = 24
    seed: int = data.SEED
    zone: ZoneInfo | None = None

    def bills(self, windows: Mapping[str, Window], batches: int) -> dict[str, Bill]:
        """What folding bills under each window, from batches over a day; each finds the rows of the day so far."""
        rows, earlier, slot_of = Deltas(), self._telling(), ZoneHistory(((0, self.zone),)).slot
        bills = {name: Bill() for name in windows}
        for name, batch in heapq.merge(*(self._drawn(*window, batches) for window in windows.items()), key=_start):
            for row in earlier:
                event = data.event(row, "earlier", "bench")
                rows.merge(contribution(event, CATALOG.rollup_tables_of(data.TYPE), slot=slot_of(event)))
                if row.time >= batch[0].time:
                    break
            bills[name].batches += 1
            for chunk in chunks(changes_of(batch), windows[name].rollup_tables, slot_of=slot_of):
                bills[name].charge(chunk, rows)
        return bills

    def _drawn(self, name: str, window: Window, count: int) -> list[tuple[str, list[data.Row]]]:
        """Batches in order of time, as often from each hour as the hour has them."""
        rng = random.Random(f"{self.seed}/{self.volume}/{window.seconds}/{window.most}")  # not of what is folded
        rates = [self.volume / data.DAYS * share / sum(data.BY_HOUR) / HOUR_MS for share in data.BY_HOUR]
        often = [rate / (1 + rate * window.seconds * SECOND_MS) for rate in rates]
        hours = sorted(rng.choices(range(self.hours), weights=often[: self.hours], k=count))
        drawn = [(name, self._batch(rng, window, hour * HOUR_MS, rates[hour])) for hour in hours]
        return sorted(drawn, key=_start)

    @staticmethod
    def _batch(rng: random.Random, window: Window, hour: int, rate: float) -> list[data.Row]:
        time: float = data.START + hour + rng.randrange(HOUR_MS)
        end, times = time + window.seconds * SECOND_MS, list[int]()
        while time <= end and len(times) < window.most:
            times.append(int(time))
            time += rng.expovariate(rate)
        return list(data.rows_at(rng, times))

    def _telling(self) -> Iterator[data.Row]:
        """The day's events that make some rollup row larger; the others only add to numbers that are there."""
        seen: set[tuple[str | int, ...]] = set()
        for row in data.rows_of_day(self.volume, 0):
            hour, day_part, good = row.time // (QUARTER_MS if self.zone else HOUR_MS), row.time // PART_MS, row.success
            tells = {
                (row.user, hour, row.agent, good),
                (row.user, day_part, row.concept, good),
                (hour, row.agent, bin_of(row.duration)),
            }
            if not tells <= seen:
                seen |= tells
                yield row


def deployed_window() -> Window:
    """The window that template.yaml gives who asks for no other."""
    template = templates.load()
    stream = template["Resources"]["FoldRollupsFunction"]["Properties"]["Events"]["Changes"]["Properties"]

    def given(name: str) -> float:
        value: Any = stream[name]
        return float(template["Parameters"][value["Ref"]]["Default"] if isinstance(value, dict) else value)

    return Window(given("MaximumBatchingWindowInSeconds"), int(given("BatchSize")))


def changes_of(rows: Sequence[data.Row]) -> list[Change]:
    """Insertions into one partition of Events."""
    partition = f"bench#{data.TYPE}#day#0"
    return [
        Change(partition, str(number).zfill(40), after=data.event(row, f"e-{number}", "bench"))
        for number, row in enumerate(rows, 1)
    ]


def _start(drawn: tuple[str, list[data.Row]]) -> int:
    return drawn[1][0].time
