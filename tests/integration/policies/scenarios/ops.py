"""What the functions of operations are made to do."""

import json

from belvedere.boards.registry import CATALOG
from tests.integration.policies.scenarios.registry import scenario
from tests.integration.policies.scenarios.states import END, START, change_a_sealed_day, through_every_cache_state
from tests.worlds.stage import Stage


@scenario("ops.query")
def query(stage: Stage) -> None:
    """The same as a generic question."""
    body = {"board": "learning", "metrics": ["interaction_count"], "range": {"from": START, "to": END}}
    change_a_sealed_day(stage)
    through_every_cache_state(stage, "ops.query", lambda: stage.http("ops.query", body | {"group_by": ["user"]}))


@scenario("ops.audit")
def audit(stage: Stage) -> None:
    """Every family."""
    for family in CATALOG.rollup_tables:
        stage.http("ops.audit", query=f"family={family}&from={START}&to={END}")


@scenario("ops.keys")
def keys(stage: Stage) -> None:
    """A key through its life."""
    made = stage.http("ops.keys", {"name": "short-lived", "scope": "read"}, at=("POST", "/v1/keys"))
    stage.http("ops.keys", at=("DELETE", f"/v1/keys/{json.loads(made['body'])['key_id']}"))
