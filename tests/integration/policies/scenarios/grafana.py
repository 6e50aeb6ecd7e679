"""What the functions for Grafana are made to do."""

from belvedere.cache import flat_rows
from tests.integration.policies.scenarios.registry import Scenario, scenario
from tests.integration.policies.scenarios.states import END, START, change_a_sealed_day, through_every_cache_state
from tests.worlds.stage import Stage


def flat(module: str, question: str) -> Scenario:
    """The same as flat rows. Each route asks something of its own: they share one kind of kept answer."""

    def ask(stage: Stage) -> None:
        change_a_sealed_day(stage)
        text = f"board=learning&from={START}&{question}"
        through_every_cache_state(stage, module, lambda: stage.http(module, query=text), policy=flat_rows.QUERY.policy)

    return ask


scenario("grafana.timeseries")(
    flat("grafana.timeseries", "to=2025-01-15&metrics=interaction_count&granularity=1d&by=user")
)
scenario("grafana.table")(flat("grafana.table", "to=2025-01-15&metrics=interaction_count&by=user"))
scenario("grafana.values")(flat("grafana.values", "to=2025-01-16&dim=user"))


@scenario("grafana.annotations")
def annotations(stage: Stage) -> None:
    """A week with a note in it."""
    note = {"id": "note", "type": "annotations.note", "time": "2025-01-10T10:00:00Z", "properties": {"title": "n"}}
    stage.served.send_and_fold(note)
    stage.http("grafana.annotations", query=f"from={START}&to={END}")
