"""A room for each test."""

import pytest

from tests.worlds.room import Room


@pytest.fixture
def room(tables: dict[str, str]) -> Room:
    """A workspace of its own."""
    return Room()
