"""What the refresh of cached answers is made to do."""

from typing import Any

from belvedere.cache import store
from belvedere.clock import now_ms
from belvedere.storage.tables import tables
from tests.integration.policies.scenarios.registry import scenario
from tests.integration.policies.scenarios.states import END, START, change_a_sealed_day
from tests.worlds.stage import Stage


@scenario("cache.refresh")
def refresh(stage: Stage) -> None:
    """A refresh under its lease, and what everybody else's questions left to be kept warm."""
    name = "dashboard:summary:0000000000000000"
    token = store.take_lease(tables("demo").cache, name, now_ms())
    request = {"start_date": START, "end_date": END}
    job = {"workspace": "demo", "kind": "dashboard:summary", "request": request, "name": name, "token": token}
    assert stage.run("cache.refresh", {"refresh": [job]})["refreshed"] == 1
    of_sessions = ({"order": "tokens"}, {"order": "cost_usd"}, {"developer_id": "ana"})
    queries: list[Any] = [["productivity:sessions", request] for request in of_sessions]
    queries.append(["productivity:raw", {"scope": {"days": 8}}])
    stage.run("cache.refresh", {"warm": {"workspace": "demo", "asks": queries}})
    change_a_sealed_day(stage)
    stage.new_process()
    report = stage.run("cache.refresh", {})
    assert (report["warmed"] > 5, report["failed"]) == (True, 0)
