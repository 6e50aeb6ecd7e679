"""What the functions of the productivity board's KPIs are made to do."""

import asyncio
from collections.abc import Iterator
from typing import Any

from belvedere.boards.productivity.insights.dismissals import dismiss
from belvedere.boards.productivity.insights.listing import listed
from belvedere.boards.productivity.insights.observed import observed
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import DAY_MS, now_ms
from belvedere.storage.tables import tables
from tests.contract.productivity.team import event, pull_request, session
from tests.integration.policies.scenarios.registry import Scenario, scenario
from tests.integration.policies.scenarios.states import through_every_cache_state
from tests.worlds.stage import Stage


def days_of_a_team(name: str) -> Iterator[dict[str, Any]]:
    """Three days: one session and one commit more each day, and a merge."""
    for day in range(3):
        then: Any = now_ms() - (3 - day) * DAY_MS
        for number in range(day + 1):
            session_id = f"{name}-{day}-{number}"
            yield session(session_id, then, accepted=True, lines=1)
            yield event(f"sha-{session_id}", "commit", then, None, sha=f"sha-{session_id}")
        yield pull_request("closed", day, then, suffix=f":{name}", merged=True, created_at=then - 2 * DAY_MS)


def kpis(name: str, filters: str = "repo=acme/api&policy_model=a") -> Scenario:
    """A repository and a policy, and everything."""

    def a_team(stage: Stage) -> None:
        module = f"productivity.{name}"
        stage.served.send_and_fold(*days_of_a_team(name))
        stage.http(module, query=filters)
        through_every_cache_state(stage, module, lambda: stage.http(module, query="since=8"))

    return a_team


@scenario("productivity.insights")
def insights(stage: Stage) -> None:
    """Both forms; the list has something in it, which may have been dismissed."""
    kpis("insights", "repo=acme/api")(stage)
    stage.http("productivity.insights", query="limit=9")


@scenario("productivity.dismiss")
def dismiss_insights(stage: Stage) -> None:
    """One of a repository and one of all; then the sample's, as if it had been dismissed before."""
    stage.served.send_and_fold(*days_of_a_team("dismiss"))
    for repo, query in (("acme/api", "repo=acme/api"), (None, "")):
        (first, *_) = listed(asyncio.run(observed(Scope(3, repo), tables("demo"), now_ms(), slices=1)), now_ms())
        stage.new_process()
        stage.http("productivity.dismiss", query=query, at=("POST", f"/api/insights/{first['id']}/dismiss"))
    dismiss(tables("demo").state, None, stage.sample("productivity.dismiss")["rawPath"].split("/")[3], now_ms())


for name in ("metrics", "raw"):
    scenario(f"productivity.{name}")(kpis(name))
