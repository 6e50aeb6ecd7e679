"""The proof can fail: each way of breaking the fold is seen by the experiment that is about it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from belvedere.rollups import contribution
from tests.proof.catalogue import SABOTAGES, Experiment
from tests.proof.scenarios import redelivery
from tests.proof.verdict import judge
from tests.worlds.lab import Lab


@pytest.mark.parametrize(("sabotage", "experiment"), SABOTAGES, ids=lambda one: getattr(one, "__name__", "noticed"))
def test_a_broken_fold_is_seen(lab: Lab, sabotage: type, experiment: Experiment) -> None:
    assert not experiment.run(replace(lab, tampered=sabotage)).true


def test_a_batch_that_is_never_delivered_is_seen(lab: Lab) -> None:
    with lab.world() as world:
        redelivery.fill(lab, world, rng_name="lost")
        world.process().deliver(world.news()[:-20])
        assert not judge(world, "the last records lost").true


def test_a_mistake_that_fold_and_audit_share_is_seen(lab: Lab, wrong_arithmetic: None) -> None:
    differences = redelivery.repeated_cut_and_merged(lab).differences
    assert any("success" in difference for difference in differences)
    assert not any("the audit recounts" in difference for difference in differences)


@pytest.fixture
def wrong_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    right = contribution.measures

    def measures(*args: object) -> Iterator[tuple[str, int]]:
        return ((name, 2 * number if name == "success" else number) for name, number in right(*args))  # type: ignore[arg-type]

    monkeypatch.setattr(contribution, "measures", measures)
