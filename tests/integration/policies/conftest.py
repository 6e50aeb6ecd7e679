"""Every function, run once; what each of them needed."""

from collections.abc import Iterator

import pytest

from belvedere.observability import WARM_UP_SOURCE
from infra.generate.declared import declarations
from tests.contract.fixtures import served
from tests.integration.policies.permissions import MODULES, Permission
from tests.integration.policies.recorder import Recorder
from tests.integration.policies.scenarios import SCENARIOS
from tests.integration.policies.scenarios.states import sample_through_every_cache_state
from tests.worlds.served import Served
from tests.worlds.stage import Stage

__all__ = ["served"]
FIRST = ("fold.rollups", "fold.recount", "fold.seal")  # what they leave is what the others read
KEEPING_ANSWERS = {declaration.module for declaration in declarations() if declaration.kind}
LAST = ("cache.refresh",)  # keeps warm what the others asked for


@pytest.fixture(scope="module")
def needed(served: Served) -> Iterator[dict[str, set[Permission]]]:
    """The permissions that each handler module needed, by name."""
    logical = {name: f"{variable.removesuffix('_TABLE').capitalize()}Table" for variable, name in served.tables.items()}
    recorders = {module: Recorder(logical) for module in [*FIRST, *sorted(set(MODULES) - {*FIRST, *LAST}), *LAST]}
    with pytest.MonkeyPatch.context() as patched:
        stage = Stage(served, patched)
        for module, recorder in recorders.items():
            stage.enter(module, recorder)
            if scenario := SCENARIOS.get(module):
                scenario(stage)
            elif module in KEEPING_ANSWERS:
                sample_through_every_cache_state(stage, module)
            stage.hold_callers_to_their_limits(True)
            warm_ups = [{"source": WARM_UP_SOURCE}] if module != "ops.warm" else []
            for event in (*warm_ups, stage.sample(module), *stage.sample_of_a_person(module)):
                stage.new_process()
                stage.run(module, event)
        yield {module: recorder.needed for module, recorder in recorders.items()}
    stage.new_process()
