"""Settings of functions whose tables are fakes."""

from collections.abc import Iterator

import pytest

from belvedere import cost
from belvedere.settings import settings

TABLES = ("events", "rollups", "cache", "state", "directory")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for table in TABLES:
        monkeypatch.setenv(f"{table.upper()}_TABLE", f"the-{table}")
    monkeypatch.delenv("PRICES_FILE", raising=False)
    settings.cache_clear()
    cost.prices.cache_clear()
    yield
    settings.cache_clear()
    cost.prices.cache_clear()
