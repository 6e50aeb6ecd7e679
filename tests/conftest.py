"""What every test may ask for.

Unit tests get nothing and may open no socket. `emulator` is a private AWS emulator for the session, `tables` the five
tables for a module with the environment that the common layer reads, `stack` the whole thing as `make up` gives it.
"""

from pathlib import Path

import pytest
import urllib3.util.connection  # noqa: F401 - tries IPv6 with a socket when first imported; not in a unit test
from pytest_socket import disable_socket

from tests.emulator import emulator, stack, tables

__all__ = ["emulator", "stack", "tables"]

UNIT = Path(__file__).parent / "unit"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests reach nothing outside their process; an event loop talks to itself through a Unix socket."""
    if UNIT in item.path.parents:
        disable_socket(allow_unix_socket=True)
