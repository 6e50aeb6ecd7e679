"""The engine's own routes, on tables of their own for each module."""

from tests.contract.fixtures import served

__all__ = ["served"]
