"""Which tests are run again at other hours: those that read the clock for more than to write the time down."""

import sys
from importlib import import_module
from operator import attrgetter

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from belvedere.clock import now_ms
from belvedere.observability import emit
from tests import hours
from tests.clock import CLOCK


@pytest.mark.parametrize("stamp", sorted(hours.STAMPS))
def test_whoever_only_writes_the_time_down_exists(stamp: str) -> None:
    module, _, function = stamp.partition(":")
    assert callable(attrgetter(function)(import_module(module)))


def test_a_time_that_is_only_written_down_is_no_reading(capsys: pytest.CaptureFixture[str]) -> None:
    before = CLOCK.reads
    emit("hours", {"tests": (MetricUnit.Count, 1)})
    assert CLOCK.reads == before
    assert "Timestamp" in capsys.readouterr().out


def test_any_other_time_is_a_reading() -> None:
    before = CLOCK.reads
    now_ms()
    assert CLOCK.reads == before + 1


def test_who_reads_the_clock_is_found_behind_the_clock() -> None:
    assert not hours.only_stamps(sys._getframe())
    assert not hours.only_stamps(None)


def test_a_test_is_not_named_beside_its_whole_file() -> None:
    names = {"b.py::test_x[a::b]", "a.py", "a.py::test_y"}
    assert hours.without_covered(names) == ["a.py", "b.py::test_x[a::b]"]
