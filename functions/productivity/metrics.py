"""GET /api/metrics: the nine KPIs of a team."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.kept import OF_THE_TEAM
from belvedere.boards.productivity.measured import measured
from belvedere.boards.productivity.scope import Scope, policy_of
from belvedere.boards.productivity.views.metrics import metrics
from belvedere.boards.productivity.window import days_of
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.cache.posted import UNSTABLE
from belvedere.cache.view import View
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.settings import settings
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

POLICY = Policy(ttl_s=300, stale_s=600)

endpoint = Endpoint("productivity.metrics", scope="read", public=True, roles=OF_THE_TEAM,
                    headers=BOARD.headers, fresh_s=POLICY.ttl_s, stale_s=POLICY.stale_s)  # fmt: skip


async def computed(workspace: str, scope: Scope, now: int) -> Computed:
    """The KPIs worked out from rollups."""
    found = await measured(scope, tables(workspace), now, slices=settings().event_slices)
    answer = metrics(found, scope.window(now), now)
    return Computed(answer, {name: part for name, part in answer.items() if name not in {*UNSTABLE, "timestamp"}})


VIEW = View(kind="productivity:metrics", policy=POLICY, asked=Scope, resolve=Scope.resolved, compute=computed,
            tags=lambda _: (BOARD.name,))  # fmt: skip


@endpoint.get("/api/metrics")
async def productivity_metrics(
    caller: CallerDep,
    since: str = "7",
    repo: Annotated[str | None, Query(max_length=200)] = None,
    policy_model: Annotated[list[str] | None, Query()] = None,
    force_refresh: bool = False,
) -> Response:
    """The documented metrics of `since` days, each with its sample: 0 where there is nothing to tell."""
    scope = Scope(days_of(since), repo or None, policy_of(policy_model, settings().policy_models))
    found = await VIEW.answer(caller.workspace, scope, bypass=force_refresh)
    body = found.body(units=current_meter())
    return endpoint.answer(body, stable=found.stable, cache_key=found.name, headers=found.headers)


handler = endpoint.handler
