"""All insights of a scope, as one kept answer; who asks picks of it, and leaves out what they dismissed."""

from typing import Any

from belvedere.boards.productivity.endpoints import INSIGHTS
from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.boards.productivity.insights import cost, efficiency, learning, quality
from belvedere.boards.productivity.insights.insight import IMPACTS
from belvedere.boards.productivity.insights.observed import Observed, observed
from belvedere.boards.productivity.scope import Scope
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.settings import settings
from belvedere.storage.tables import tables

RULES = (*cost.RULES, *efficiency.RULES, *learning.RULES, *quality.RULES)


def listed(seen: Observed, now: int) -> list[dict[str, Any]]:
    """What every rule has to say, the most important first, equals by category and id."""
    insights = [insight.to_json(seen.scope, seen.date, now) for rule in RULES for insight in rule(seen)]
    return sorted(insights, key=lambda insight: (IMPACTS.index(insight["impact"]), insight["category"], insight["id"]))


async def computed(workspace: str, scope: Scope, now: int) -> Computed:
    """The list worked out from rollups."""
    insights = listed(await observed(scope, tables(workspace), now, slices=settings().event_slices), now)
    return Computed({"insights": insights}, [{**insight, "timestamp": None} for insight in insights])


QUERY = CachedQuery(
    kind="productivity:insight_list",
    policy=INSIGHTS.policy,
    request_type=Scope,
    resolve=Scope.resolved,
    compute=computed,
    tags=lambda _: (BOARD_NAME,),
)
