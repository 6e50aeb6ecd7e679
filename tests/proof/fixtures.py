"""The laboratory as tests ask for it: the session's emulator, and experiments small enough for a test run."""

from collections.abc import Callable

import pytest

from infra.local.settings import LocalSettings
from tests.proof.verdict import Verdict
from tests.worlds.lab import Lab

Proven = Callable[[Verdict], Verdict]


@pytest.fixture(scope="session")
def lab(emulator: LocalSettings) -> Lab:
    """Makes fresh tables for each experiment; large ones take about 120 events here, sweeps batches of 3."""
    return Lab(emulator, seed=7, size=120, sweep=3)


@pytest.fixture
def proven() -> Proven:
    """Fails with the first differences when rollups and recounts disagree anywhere."""

    def check(verdict: Verdict) -> Verdict:
        assert verdict.true, verdict.shown()
        assert verdict.rows > 0
        return verdict

    return check
