"""Work on the data of the local stack by hand: seal finished days, erase a user or a repository."""

import json
from typing import TYPE_CHECKING, Any

from infra.local import keys
from infra.local.clients import client
from infra.local.outputs import Outputs
from infra.local.settings import LocalError, LocalSettings

if TYPE_CHECKING:
    from belvedere.ingest.erase import Erase
    from belvedere.storage.tables import Tables


def seal(settings: LocalSettings, outputs: Outputs, days: int, functions: Any = None) -> dict[str, dict[str, int]]:
    """Have the last `days` finished days of all workspaces packed; how many pages were `sealed` and `kept`."""
    lambda_ = functions or client("lambda", settings)
    answer = lambda_.invoke(FunctionName=outputs.functions["fold.seal"], Payload=json.dumps({"days": days}))
    told: Any = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise LocalError(f"Sealing failed: {told.get('errorMessage', told)}")
    return dict(told)


def erase(settings: LocalSettings, outputs: Outputs, workspace: str, user: str) -> int:
    """Delete a user's raw events, dismissals, and places in classes and alerts; totals follow in seconds. How many
    events."""
    work, mine = _erase(settings, outputs, workspace)
    from belvedere.auth.users import forget_dismissals
    from belvedere.directory.enrolment import leave_all
    from belvedere.realtime.watching import forget

    leave_all(mine, user)
    forget_dismissals(mine, user)
    forget(mine, user)
    return work.run(user)


def erase_repository(settings: LocalSettings, outputs: Outputs, workspace: str, repo: str) -> int:
    """Delete the raw events that name a repository; totals follow in seconds. How many events."""
    work, _ = _erase(settings, outputs, workspace)
    return work.run_labelled("repo_slug", repo)


def _erase(settings: LocalSettings, outputs: Outputs, workspace: str) -> "tuple[Erase, Tables]":
    """What erases in a workspace, and the workspace's tables."""
    keys.enter(settings, outputs)
    from belvedere.boards.registry import families
    from belvedere.ingest.erase import Erase
    from belvedere.settings import settings as of_process
    from belvedere.storage.tables import tables

    mine = tables(workspace)
    return Erase(mine.events, mine.rollups, mine.state, tuple(families().values()), of_process().event_slices), mine
