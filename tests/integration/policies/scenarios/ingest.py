"""What the functions of ingest are made to do."""

from tests.integration.policies.scenarios.registry import scenario
from tests.worlds.served import interaction
from tests.worlds.stage import Stage


@scenario("ingest.events")
def events(stage: Stage) -> None:
    """A new event, the same again, and one that is rejected."""
    good = interaction("new", "2025-01-11T10:00:00Z")
    stage.http("ingest.events", [good, good, {"id": "bad"}])
