"""The learning board over the school's events, folded once for each module."""

import pytest

from tests.contract.fixtures import served
from tests.contract.learning.school import EVENTS
from tests.worlds.served import Served

__all__ = ["served"]


@pytest.fixture(scope="module")
def board(served: Served) -> Served:
    """The API after the school's week."""
    served.send_and_fold(*EVENTS)
    return served
