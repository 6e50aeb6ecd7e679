"""The board's part of a Directory, in the same tables."""

from tests.unit.directory.conftest import client, environment, items, mine, revision

__all__ = ["client", "environment", "items", "mine", "revision"]
