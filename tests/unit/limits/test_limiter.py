"""The limiter of a process, as it is made."""

import pytest

from belvedere.limits.limiter import limiter


def test_a_cold_start_makes_its_client_before_any_request_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("belvedere.limits.limiter.dynamodb", lambda: made.append("client"))
    limiter.cache_clear()
    limiter()
    assert made == ["client"]
    limiter.cache_clear()
