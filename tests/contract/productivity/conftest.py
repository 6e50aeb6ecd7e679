"""The productivity board over the team's events, folded once for each module."""

import pytest

from tests.contract.fixtures import served
from tests.contract.productivity.team import EVENTS
from tests.worlds.served import Served

__all__ = ["served"]


@pytest.fixture(scope="module")
def board(served: Served) -> Served:
    """The API after the team's weeks."""
    served.send_and_fold(*EVENTS)
    return served
