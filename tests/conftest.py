"""What every test may ask for.

Unit tests get nothing and may open no socket. `emulator` is a private AWS emulator for the session, `tables` the five
tables for a module with the environment that the common layer reads, `stack` the whole thing as `make up` gives it.

A run finds what the run before found: made-up examples are the same each time, and may take as long as they take.
"""

import random
from pathlib import Path

import hypothesis
import pytest
import urllib3.util.connection  # noqa: F401 - tries IPv6 with a socket when first imported; not in a unit test
from pytest_socket import disable_socket

from infra.local.settings import ROOT
from tests import surroundings
from tests.emulator import emulator, patience, stack, tables

__all__ = ["emulator", "patience", "stack", "tables"]

hypothesis.settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")
surroundings.leave_out()
UNIT, E2E = (Path(__file__).parent / name for name in ("unit", "e2e"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let processes that share the tests (`pytest -n 2 --dist loadgroup`) take whole files, and one of them all that
    wants the deployed stack; that is the longest part, so it comes first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("stack" if E2E in item.path.parents else item.location[0]))
    items.sort(key=lambda item: E2E not in item.path.parents)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Chance is the same in every run. Unit tests reach nothing outside their process; an event loop talks to itself
    through a Unix socket."""
    random.seed(item.nodeid)
    if UNIT in item.path.parents:
        disable_socket(allow_unix_socket=True)


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Path:
    """This very repository, whoever its folder belongs to."""
    if not (ROOT / ".git").exists():
        pytest.skip("the project is here without its history")
    for name, value in surroundings.trust_any_owner().items():
        monkeypatch.setenv(name, value)
    return ROOT
