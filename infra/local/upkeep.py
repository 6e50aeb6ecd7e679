"""Work on the data of the local stack by hand: seal finished days, erase a user or a repository."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from belvedere_cli import keys
from infra.local.clients import client
from infra.local.outputs import Outputs
from infra.local.settings import LocalError, LocalSettings

if TYPE_CHECKING:
    from belvedere.ingest.erase import Erase
    from belvedere.storage.tables import Tables

STEP_S = 5.0

Sealed = dict[str, dict[str, int]]  # days by outcome, by workspace


def seal(settings: LocalSettings, outputs: Outputs, days: int | None, functions: Any = None) -> Iterator[Sealed]:
    """Have the last `days` finished days of all workspaces packed, or all there are, a step after the other.

    Tells after each step how many days were `sealed` so far, `kept` as they were, and are `left`. Whoever stops in the
    middle loses nothing: the next time goes on there.
    """
    lambda_, seconds, sofar = functions or client("lambda", settings), STEP_S, Sealed()
    asked = {} if days is None else {"days": days}
    while True:
        answer = lambda_.invoke(
            FunctionName=outputs.functions["fold.seal"], Payload=json.dumps({**asked, "seconds": seconds})
        )
        told: Any = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise LocalError(f"Sealing failed: {told.get('errorMessage', told)}")
        before, sofar = sofar, {name: _added(sofar.get(name), one) for name, one in told.items()}
        yield sofar
        if not any(one["left"] for one in sofar.values()):
            return
        if before and all(sofar[name]["sealed"] == one["sealed"] for name, one in before.items()):
            seconds *= 2  # a step has to be long enough for the largest day


def _added(before: dict[str, int] | None, step: dict[str, int]) -> dict[str, int]:
    """What one more step came to; it finds as they were the days that the steps before it have sealed."""
    if before is None:
        return step
    return {"sealed": before["sealed"] + step["sealed"], "kept": before["kept"], "left": step["left"]}


def erase(settings: LocalSettings, outputs: Outputs, workspace: str, user: str) -> int:
    """Delete a user's raw events, dismissals, and places in classes and alerts; totals follow in seconds. How many
    events."""
    work, mine = _erase(settings, outputs, workspace)
    from belvedere.auth.users import forget_dismissals
    from belvedere.directory.enrolment import leave_all
    from belvedere.realtime.alerts.store import forget

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
    from belvedere.boards.registry import rollup_tables
    from belvedere.ingest.erase import Erase
    from belvedere.settings import settings as of_process
    from belvedere.storage.tables import tables

    mine = tables(workspace)
    return Erase(
        mine.events, mine.rollups, mine.state, tuple(rollup_tables().values()), of_process().event_slices
    ), mine
