"""What the functions of signing in are made to do."""

import json

from tests.integration.policies.scenarios.registry import scenario
from tests.worlds.stage import Stage


@scenario("auth.refresh")
def refresh(stage: Stage) -> None:
    """A session that goes on, and ends when a token of it comes a second time."""
    first = json.loads(stage.http("auth.refresh")["body"])["refresh_token"]
    stage.http("auth.refresh", {"refresh_token": first})
    again = stage.sample("auth.refresh") | {"body": json.dumps({"refresh_token": first})}
    assert stage.run("auth.refresh", again)["statusCode"] == 401
