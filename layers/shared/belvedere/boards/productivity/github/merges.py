"""How long each of a window's newest merges took, from the raw closings: what no rollup can list."""

from collections.abc import Iterable
from dataclasses import dataclass

from belvedere.boards.productivity.events import CLOSED
from belvedere.boards.productivity.scope import Scope
from belvedere.rollups.rawlog import newest_first
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange

MOST_READ = 2_000  # closings; beyond them the list tells the newest


@dataclass(frozen=True)
class MergeTimes:
    """Hours, ascending, with two decimals; `cut` says that there were more closings than are read for a list."""

    hours: tuple[float, ...]
    cut: bool = False


def merge_times(
    scope: Scope, time_range: TimeRange, days: Iterable[int], events: WorkspaceTable, slices: int, most: int = MOST_READ
) -> MergeTimes:
    """The merge times of a window, of the `days` (their starts) that have some. Blocking."""
    hours_to_merge: list[float] = []
    wanted = [bucket_of(day, Grain.DAY) for day in days]
    closings = newest_first(events, CLOSED, time_range.start, time_range.end, slices=slices, days=wanted)
    for number, event in enumerate(closings):
        if number == most:
            return MergeTimes(tuple(sorted(hours_to_merge)), cut=True)
        hours = event.properties.get("merge_hours")
        if hours is not None and (scope.repo is None or event.properties.get("repo_slug") == scope.repo):
            hours_to_merge.append(round(hours, 2))
    return MergeTimes(tuple(sorted(hours_to_merge)))
