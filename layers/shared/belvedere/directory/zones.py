"""The time zones of workspaces, for processes that live long: the fold."""

import functools
from collections.abc import Callable

from belvedere.clock import MINUTE_MS, SECOND_MS, Clock, now_ms
from belvedere.directory.workspace import read_settings
from belvedere.rollups.slots import SlotOf, ZoneHistory
from belvedere.settings import Settings
from belvedere.storage.tables import tables

READ_AGAIN_MS = 30 * SECOND_MS
TAKES_EFFECT_MS = 2 * MINUTE_MS  # long after every process has read a change, so that all agree on the first event


class Zones:
    """Knows the zones of workspaces, none for longer than READ_AGAIN_MS."""

    def __init__(self, read: Callable[[str], ZoneHistory], clock: Clock = now_ms) -> None:
        self._read = read
        self._clock = clock
        self._known: dict[str, tuple[int, ZoneHistory]] = {}

    def slots(self, workspace: str) -> SlotOf:
        """How a workspace's hours are taken apart. Raises what reading raises: guessing would make wrong numbers."""
        now = self._clock()
        read_at, history = self._known.get(workspace, (None, ZoneHistory()))
        if read_at is None or not read_at <= now < read_at + READ_AGAIN_MS:
            history = self._read(workspace)
            self._known[workspace] = (now, history)
        return history.slot


@functools.lru_cache(maxsize=2)
def zones_of(names: Settings) -> Zones:
    """The zones that a process with these settings knows. Half a read unit a workspace each time they are read."""
    return Zones(lambda workspace: read_settings(tables(workspace, names=names).directory, consistent=False).history())
