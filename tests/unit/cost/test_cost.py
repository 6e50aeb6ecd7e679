"""The cost of a request, against sums made by hand from the published prices."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from belvedere import cost
from belvedere.cost import BUNDLED, Cost, load, request_cost
from belvedere.settings import settings

PRICES = load(BUNDLED)


@pytest.fixture(autouse=True)
def x86_64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums are those of this processor, whatever the tests run on."""
    monkeypatch.setattr(cost, "PROCESSOR", "x86_64")


def test_the_bundled_prices_are_those_of_us_east_with_their_date() -> None:
    assert (PRICES.as_of, PRICES.region) == ("2025", "us-east-1")


def test_a_request_through_lambda_pays_for_tables_compute_and_gateway() -> None:
    # 4 read units at 125 nano-USD, 2 write units at 625; one call at 200, and 10 ms of half a GB:
    # 16,666.7 nano-USD a GB-second * 0.010 s * 0.5 GB = 83.3; one HTTP API request at 1,000.
    spent = request_cost(PRICES, read_units=4, write_units=2, ms=10, memory_mb=512, through_lambda=True)
    assert spent.tables == pytest.approx(1750)
    assert spent.compute == pytest.approx(200 + 83.3335)
    assert spent.gateway == pytest.approx(1000)
    assert spent.nano_usd == 3033


def test_lambda_time_is_billed_in_whole_milliseconds() -> None:
    def compute(ms: float) -> float:
        return request_cost(PRICES, read_units=0, write_units=0, ms=ms, memory_mb=1024, through_lambda=True).compute

    assert compute(0.2) == compute(1.0) == pytest.approx(200 + 16.6667)
    assert compute(1.01) == compute(2.0) == pytest.approx(200 + 33.3333)


def test_memory_multiplies_time() -> None:
    assert PRICES.of_running(1000, 2048) == pytest.approx(2 * PRICES.of_running(1000, 1024))


def test_time_on_the_processor_that_is_deployed_by_default_costs_a_fifth_less(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = PRICES.of_running(1000, 1024)
    monkeypatch.setattr(cost, "PROCESSOR", "arm64")
    assert PRICES.of_running(1000, 1024) == pytest.approx(13_333.4)
    assert PRICES.of_running(1000, 1024) == pytest.approx(0.8 * elsewhere, rel=1e-4)


def test_one_price_for_all_processors_can_be_given() -> None:
    assert structs.replace(PRICES, usd_per_lambda_gb_second=0.00002).of_running(1000, 1024) == pytest.approx(20_000)


def test_half_units_of_eventually_consistent_reads_count() -> None:
    spent = request_cost(PRICES, read_units=0.5, write_units=0, ms=5, memory_mb=512, through_lambda=False)
    assert spent.tables == pytest.approx(62.5)


def test_a_request_without_lambda_pays_for_its_tables_only() -> None:
    spent = request_cost(PRICES, read_units=8, write_units=0, ms=500, memory_mb=512, through_lambda=False)
    assert spent == Cost(tables=1000.0, compute=0.0, gateway=0.0)


def test_other_prices_can_be_given_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = json.loads(BUNDLED.read_text()) | {"as_of": "2031", "region": "eu-central-1"}
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(table))
    monkeypatch.setenv("PRICES_FILE", str(file))
    for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY"):
        monkeypatch.setenv(f"{name}_TABLE", name)
    settings.cache_clear()
    cost.prices.cache_clear()
    try:
        assert (cost.prices().as_of, cost.prices().region) == ("2031", "eu-central-1")
    finally:
        settings.cache_clear()
        cost.prices.cache_clear()
