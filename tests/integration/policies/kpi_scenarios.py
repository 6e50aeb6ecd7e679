"""What the functions of the productivity board's KPIs are made to do."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from belvedere.clock import DAY_MS, now_ms
from tests.contract.productivity.team import event, pull_request, session
from tests.integration.policies.stage import Stage

Kept = Callable[[Stage, int, Callable[[], Any]], None]


def days_of_a_team(name: str) -> Iterator[dict[str, Any]]:
    """Three days: one session and one commit more each day, and a merge."""
    for day in range(3):
        then: Any = now_ms() - (3 - day) * DAY_MS
        for number in range(day + 1):
            one = f"{name}-{day}-{number}"
            yield session(one, then, accepted=True, lines=1)
            yield event(f"sha-{one}", "commit", then, None, sha=f"sha-{one}")
        yield pull_request("closed", day, then, suffix=f":{name}", merged=True, created_at=then - DAY_MS)


def scenarios(kept: Kept) -> dict[str, Callable[[Stage], None]]:
    """By handler module; `kept` asks one question through every state of its answer."""

    def kpis(name: str) -> Callable[[Stage], None]:
        """A repository and a policy, and everything."""

        def scenario(stage: Stage) -> None:
            module = f"productivity.{name}"
            stage.served.send_and_fold(*days_of_a_team(name))
            stage.http(module, query="repo=acme/api&policy_model=a")
            ttl_s = importlib.import_module(module).VIEW.policy.ttl_s
            kept(stage, ttl_s, lambda: stage.http(module, query="since=8"))

        return scenario

    return {f"productivity.{name}": kpis(name) for name in ("metrics", "raw")}
