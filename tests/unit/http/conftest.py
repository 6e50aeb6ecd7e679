"""Settings without a stack, keys without a table, and what a request wrote to its log."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from belvedere import cost, observability
from belvedere.auth import lookup
from belvedere.auth.api_key import hashed
from belvedere.auth.lookup import KeyMemory, KeyRecord
from belvedere.settings import settings

KEYS = {scope: f"bv_{scope}_{scope[0] * 43}" for scope in ("write", "read", "admin")}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of a function that has no tables."""
    for table in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY"):
        monkeypatch.setenv(f"{table}_TABLE", table.lower())
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "false")  # there is no table to count in
    for name in ("PUBLIC_READ", "CORS_ORIGINS", "PRICES_FILE", "WARM_FUNCTIONS"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    cost.prices.cache_clear()
    yield
    settings.cache_clear()
    cost.prices.cache_clear()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A key of each scope in workspace `acme`, by scope."""
    records = {hashed(key): KeyRecord("acme", scope, f"key_{scope}") for scope, key in KEYS.items()}
    monkeypatch.setattr(lookup, "MEMORY", KeyMemory(records.get))
    return KEYS


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Everything a request has written, as parsed lines: the log and the metrics."""
    stream = io.StringIO()
    monkeypatch.setattr(observability.logger().registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in (stream.getvalue() + capsys.readouterr().out).splitlines()]
