"""The message about a student's progress: by how much it moved, as an object that clients take apart."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from belvedere.boards.learning.progress_update import progress_update
from belvedere.clock import MINUTE_MS, iso
from belvedere.realtime.channel import Moment
from tests.unit.query.memory import StateTable, folded
from tests.unit.rollups.builders import NOON, interaction


def update(*successes: bool) -> dict[str, Any]:
    """The message after the last of a student's attempts at one concept."""
    attempts = [
        interaction(f"e{at}", at=NOON + at * MINUTE_MS, concept="torque", success=good)
        for at, good in enumerate(successes)
    ]
    tables = SimpleNamespace(rollups=folded(*attempts), state=StateTable())
    last = {"time": iso(attempts[-1].time), "concept": "torque", "success": successes[-1]}
    return asyncio.run(progress_update(Moment(tables, NOON), "ann", [last]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("last", "sign"), [(True, 1), (False, -1)])
def test_the_change_of_the_overall_score_is_told_in_an_object(last: bool, sign: int) -> None:
    told = update(True, False, last)
    before = update(True, False)["overall_score"]
    assert told["progress_change"] == {"overall_score": pytest.approx(told["overall_score"] - before, abs=1e-6)}
    assert told["progress_change"]["overall_score"] * sign > 0
    assert [concept_update["concept"] for concept_update in told["concept_updates"]] == ["torque"]
