"""The five tables of this deployment, bound to one workspace."""

from dataclasses import dataclass
from typing import Any

from belvedere.settings import Settings, settings
from belvedere.storage.client import dynamodb
from belvedere.storage.table import WorkspaceTable


@dataclass(frozen=True)
class Tables:
    """What one workspace may touch."""

    events: WorkspaceTable
    rollups: WorkspaceTable
    state: WorkspaceTable
    cache: WorkspaceTable
    directory: WorkspaceTable


def tables(workspace: str, *, client: Any = None, names: Settings | None = None) -> Tables:
    """The tables of a workspace; by default of this process's settings, over its shared client."""
    client, names = client or dynamodb(), names or settings()
    return Tables(
        events=WorkspaceTable(client, names.events_table, workspace),
        rollups=WorkspaceTable(client, names.rollups_table, workspace),
        state=WorkspaceTable(client, names.state_table, workspace),
        cache=WorkspaceTable(client, names.cache_table, workspace),
        directory=WorkspaceTable(client, names.directory_table, workspace),
    )
