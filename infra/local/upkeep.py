"""Work on the data of the local stack by hand: seal finished days, erase a user."""

import json
from typing import Any

from infra.local import keys
from infra.local.clients import client
from infra.local.outputs import Outputs
from infra.local.settings import LocalError, LocalSettings


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
    keys.enter(settings, outputs)
    from belvedere.auth.users import forget_dismissals
    from belvedere.boards.registry import families
    from belvedere.directory.enrolment import leave_all
    from belvedere.ingest.erase import Erase
    from belvedere.realtime.watching import forget
    from belvedere.settings import settings as of_process
    from belvedere.storage.tables import tables

    mine = tables(workspace)
    leave_all(mine, user)
    forget_dismissals(mine, user)
    forget(mine, user)
    work = Erase(mine.events, mine.rollups, tuple(families().values()), of_process().event_slices)
    return work.run(user)
