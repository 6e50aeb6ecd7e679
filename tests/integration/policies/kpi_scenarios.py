"""What the functions of the productivity board's KPIs are made to do."""

from collections.abc import Callable
from typing import Any

from belvedere.clock import HOUR_MS, now_ms
from productivity import metrics
from tests.contract.productivity.team import event, pull_request, session
from tests.integration.policies.stage import Stage

Kept = Callable[[Stage, int, Callable[[], Any]], None]


def team(stage: Stage, name: str) -> None:
    """A session, a commit and a merge of an hour ago."""
    then: Any = now_ms() - HOUR_MS
    merged = pull_request("closed", 1, then, suffix=f":{name}", merged=True, created_at=then - HOUR_MS)
    written = event(f"sha-{name}", "commit", then, None, sha=f"sha-{name}")
    stage.served.send_and_fold(session(name, then, accepted=True, lines=1), written, merged)


def scenarios(kept: Kept) -> dict[str, Callable[[Stage], None]]:
    """By handler module; `kept` asks one question through every state of its answer."""

    def productivity_metrics(stage: Stage) -> None:
        """A policy and a repository, and everything."""
        team(stage, "metrics")
        stage.http("productivity.metrics", query="repo=acme/api&policy_model=a")
        kept(stage, metrics.VIEW.policy.ttl_s, lambda: stage.http("productivity.metrics", query="since=8"))

    return {"productivity.metrics": productivity_metrics}
