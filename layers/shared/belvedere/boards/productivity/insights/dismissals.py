"""Which insights were dismissed: by a person for themselves, by a key or anonymously for the workspace. In State."""

from collections.abc import Collection

from belvedere.clock import DAY_MS, SECOND_MS
from belvedere.storage.keys.state import dismissal_key
from belvedere.storage.table import WorkspaceTable

LIFE_DAYS = 90
EVERYBODY = ""


def dismiss(state: WorkspaceTable, user: str | None, name: str, now: int) -> None:
    """Remember for 90 days that somebody does not want to see an insight again; once more is the same. Blocking."""
    from belvedere.storage.entities.state import DismissalRecord

    key, expires = dismissal_key(state.workspace, user or EVERYBODY, name), (now + LIFE_DAYS * DAY_MS) // SECOND_MS
    state.put_all([DismissalRecord(*key, at=now, expires=expires).item()])


def dismissed(state: WorkspaceTable, user: str | None, names: Collection[str], now: int) -> set[str]:
    """Which of some insights this person, or the workspace, has dismissed within 90 days. Blocking."""
    who = dict.fromkeys((EVERYBODY, user or EVERYBODY))
    items = state.batch_get(dismissal_key(state.workspace, person, name) for person in who for name in names)
    return {key.sk for key, item in items.items() if int(item["expires"]) * SECOND_MS > now}  # TTL may take days
