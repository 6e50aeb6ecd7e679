"""A ProdLens cache, imported, has the numbers that the team in it is known to have."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere_cli.imports.prodlens import feed
from tests.contract.productivity.golden import POLICY, TEAM, A, B, in_place
from tests.contract.productivity.test_metrics import told, values
from tests.prodlens_cache import GOLDEN, REPO, cache
from tests.worlds.served import Served


def imported(path: Path, **how: Any) -> tuple[dict[str, Any], ...]:
    """The events of the cache, as they are sent."""
    with feed(str(cache(path, GOLDEN)), **how) as rows:
        return tuple(msgspec.to_builtins(event) for reading in rows.readings for event in reading.events)


def test_the_cache_has_the_numbers_of_the_team_that_it_is_of(served: Served, tmp_path: Path) -> None:
    mine = in_place(served, "cached", imported(tmp_path, repo=REPO))
    team = in_place(served, "team", TEAM)
    for asked in (A, B):
        assert values(told(mine, **asked, policy=POLICY)) == values(told(team, **asked, policy=POLICY))


def test_what_is_not_tracked_is_in_no_rate(served: Served, tmp_path: Path) -> None:
    mine = in_place(served, "untracked", imported(tmp_path, repo=REPO, zero_is_untracked=True))
    assert values(told(mine, **A))["acceptance_rate"] == pytest.approx(100.0)
