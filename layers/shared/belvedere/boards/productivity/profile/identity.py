"""Who a profile is of: somebody's record in the Directory, or what little is known without one."""

from functools import partial
from typing import Any

from belvedere.storage.keys.directory import user_key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread


async def identity(directory: WorkspaceTable, user: str | None, first_date: str | None) -> dict[str, Any]:
    """`id`, `name`, `email` and `joinDate` (ISO date) of a person, or of the workspace where it is nobody's.

    Whoever has no record joined with their first session. The Directory is read each time, so that no kept answer
    holds a name or an address.
    """
    shown = user or directory.workspace
    key = user_key(directory.workspace, shown)
    record = (await in_thread(partial(directory.get, key)) if user else None) or {}
    return {
        "id": shown,
        "name": record.get("name", shown),
        "email": record.get("email"),
        "joinDate": str(record["created_at"])[:10] if "created_at" in record else first_date,
    }
