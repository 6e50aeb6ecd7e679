"""The settings of a workspace, as a request or the fold asks for them: one item of its Directory.

Stored numbers depend on the time zone, so every zone is kept with the receipt time from which on it holds.
"""

from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from belvedere.query.planner.granularity import time_zone
from belvedere.rollups.slots import ZoneHistory
from belvedere.storage.keys.directory import settings_key
from belvedere.storage.table import WorkspaceTable

UTC = "UTC"


class ZoneChange(NamedTuple):
    """From `since` on (receipt time of events, epoch ms) the workspace's time zone is `timezone`."""

    since: int
    timezone: str


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What a workspace has set: its time zones, the last one the present; and how often it was changed (0: never)."""

    zones: tuple[ZoneChange, ...] = ()
    version: int = 0
    updated_at: str | None = None

    @property
    def timezone(self) -> str:
        """The name of the present zone."""
        return self.zones[-1].timezone if self.zones else UTC

    def history(self) -> ZoneHistory:
        """How hours of events are taken apart."""
        return ZoneHistory(tuple((since, time_zone(name)) for since, name in self.zones))


def read_settings(table: WorkspaceTable, *, consistent: bool = True) -> WorkspaceSettings:
    """The settings of a workspace; the defaults where nothing was ever set."""
    item = table.get(settings_key(table.workspace), consistent=consistent)
    if item is None:
        return WorkspaceSettings()
    zones = msgspec.json.decode(str(item["zones"]), type=tuple[ZoneChange, ...])
    return WorkspaceSettings(zones, int(item["version"]), str(item["updated_at"]))
