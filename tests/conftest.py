"""What every test may ask for.

Unit tests get nothing and may open no socket. `emulator` is a private AWS emulator for the session, `tables` the five
tables for a module with the environment that the common layer reads, `stack` the whole thing as `make up` gives it.

A run finds what the run before found: made-up examples are the same each time, and may take as long as they take.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import urllib3.util.connection  # noqa: F401 - tries IPv6 with a socket when first imported; not in a unit test
from pytest_socket import disable_socket

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from infra.local.settings import ROOT
from tests import clock, hours, surroundings
from tests.clock import CLOCK
from tests.emulator import emulator, patience, stack, tables
from tests.workers import STACK, ByFile

__all__ = ["emulator", "patience", "stack", "tables"]

hypothesis.settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")
surroundings.leave_out()
clock.install()
EXPERIMENTS = ("tests/integration/fold/", "tests/integration/rollups/")  # they have clocks of their own
UNIT = Path(__file__).parent / "unit"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Where several processes share the tests."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What wants the deployed stack takes longest, so it comes first. Of two tests with one name, processes that share
    the tests would run one."""
    items.sort(key=lambda item: not item.nodeid.startswith(STACK))
    for item in items:
        if item.nodeid.startswith(EXPERIMENTS):
            item.add_marker("one_hour")
    if twice := [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]:
        raise pytest.UsageError(f"Several tests have the same name: {', '.join(twice)}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Chance is the same in every run. Unit tests reach nothing outside their process; an event loop talks to itself
    through a Unix socket."""
    random.seed(item.nodeid)
    if UNIT in item.path.parents:
        disable_socket(allow_unix_socket=True)


@pytest.fixture(scope="module", autouse=True)
def present(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every file of tests begins at the same time of day; those of the deployed stack live in real time."""
    if request.node.nodeid.startswith(STACK):
        with CLOCK.real_time():
            yield
        return
    before = CLOCK.reads
    with CLOCK.running():
        yield
    if hours.shows_the_clock(request.module) or (CLOCK.reads > before and UNIT not in request.path.parents):
        hours.note(request.node.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A unit test that reads the clock is run again at other hours by itself."""
    before = CLOCK.reads
    result = yield
    if CLOCK.reads > before and UNIT in item.path.parents:
        hours.note(item.nodeid)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[Any]:
    """Where what several unit tests share reads the clock, the whole file is run again."""
    before = CLOCK.reads
    result = yield
    if CLOCK.reads > before and fixturedef.scope != "function" and UNIT in request.path.parents:
        hours.note(request.path.relative_to(ROOT).as_posix())
    return result


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Path:
    """This very repository, whoever its folder belongs to."""
    if not (ROOT / ".git").exists():
        pytest.skip("the project is here without its history")
    for name, value in surroundings.trust_any_owner().items():
        monkeypatch.setenv(name, value)
    return ROOT
