"""The limiter of a process, as it is made."""

from collections.abc import Iterator
from typing import NoReturn

import pytest

from belvedere.limits.limiter import limiter


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    """A process that has just started."""
    limiter.cache_clear()
    yield
    limiter.cache_clear()


def test_a_cold_start_makes_its_client_before_any_request_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("belvedere.limits.limiter.dynamodb", lambda: made.append("client"))
    limiter()
    assert made == ["client"]


def test_a_process_without_a_client_has_a_limiter_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> NoReturn:
        raise RuntimeError("no region")

    monkeypatch.setattr("belvedere.limits.limiter.dynamodb", broken)
    limiter()
