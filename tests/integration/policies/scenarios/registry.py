"""Scenarios by handler module: what takes a function further than its sample event does."""

from collections.abc import Callable

from tests.worlds.stage import Stage

Scenario = Callable[[Stage], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(module: str) -> Callable[[Scenario], Scenario]:
    """Register a scenario of the function with this handler module, at most one each."""

    def register(run: Scenario) -> Scenario:
        assert module not in SCENARIOS, f"{module} has two scenarios"
        SCENARIOS[module] = run
        return run

    return register
