"""What the functions of the productivity board's sessions are made to do."""

from collections.abc import Callable
from typing import Any

from productivity import sessions
from tests.contract.productivity.team import commit, pull_request, session
from tests.worlds.stage import Stage

Kept = Callable[[Stage, int, Callable[[], Any]], None]
MORNING, NOON = "2026-01-05T09:00:00Z", "2026-01-05T12:00:00Z"


def scenarios(kept: Kept) -> dict[str, Callable[[Stage], None]]:
    """By handler module; `kept` asks one question through every state of its answer."""

    def productivity_sessions(stage: Stage) -> None:
        """Every order, a developer, a repository, and pages that begin inside of a day."""
        stage.served.send_and_fold(*(session(f"listed-{n}", MORNING, cost=n / 100) for n in range(5)))
        for query in ("page=2&page_size=2", "sort_by=cost_usd", "sort_by=tokens", "developer_id=ana", "repo=acme/api"):
            stage.http("productivity.sessions", query=query)
        kept(stage, sessions.QUERY.policy.ttl_s, lambda: stage.http("productivity.sessions", query="limit=3"))

    def productivity_session_detail(stage: Stage) -> None:
        """A session that something came of."""
        came = (commit("9", NOON), pull_request("opened", 9, NOON))
        stage.served.send_and_fold(session("traced", MORNING, session_id="alpha"), *came)

    return {
        "productivity.sessions": productivity_sessions,
        "productivity.session_detail": productivity_session_detail,
    }
