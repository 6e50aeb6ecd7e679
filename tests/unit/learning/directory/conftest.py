"""The board's part of a Directory, in the same tables."""

from tests.unit.directory.conftest import aws, client, environment, items, mine, revision

__all__ = ["aws", "client", "environment", "items", "mine", "revision"]
