"""What the functions of the productivity board's sessions are made to do."""

from tests.contract.productivity.team import commit, pull_request, session
from tests.integration.policies.scenarios.registry import scenario
from tests.integration.policies.scenarios.states import through_every_cache_state
from tests.worlds.stage import Stage

MORNING, NOON = "2026-01-05T09:00:00Z", "2026-01-05T12:00:00Z"


@scenario("productivity.sessions")
def sessions(stage: Stage) -> None:
    """Every order, a developer, a repository, and pages that begin inside of a day."""
    stage.served.send_and_fold(*(session(f"listed-{n}", MORNING, cost=n / 100) for n in range(5)))
    for query in ("page=2&page_size=2", "sort_by=cost_usd", "sort_by=tokens", "developer_id=ana", "repo=acme/api"):
        stage.http("productivity.sessions", query=query)
    ask = lambda: stage.http("productivity.sessions", query="limit=3")  # noqa: E731
    through_every_cache_state(stage, "productivity.sessions", ask)


@scenario("productivity.session_detail")
def session_detail(stage: Stage) -> None:
    """A session that something came of."""
    outcome = (commit("9", NOON), pull_request("opened", 9, NOON))
    stage.served.send_and_fold(session("traced", MORNING, session_id="alpha"), *outcome)
