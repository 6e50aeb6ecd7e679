"""What tokens cost, by model and day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belvedere.boards.productivity.sessions.prices import model_prices, priced
from belvedere.clock import to_ms


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """The table is read again before and after each test."""
    model_prices.cache_clear()
    yield
    model_prices.cache_clear()


def at(day: str) -> int:
    return to_ms(datetime.fromisoformat(day).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("anthropic/claude-3-sonnet", 0.0057),  # the contract's own three
        ("anthropic/claude-3-opus", 0.0057),
        ("anthropic/claude-3-haiku", 0.00038),
        ("claude-3-opus-20240229", 0.0057),  # dated
        ("bedrock/anthropic/Claude-3-Opus-20240229", 0.0057),  # behind two providers, in capitals
        ("claude-3-5-sonnet-20241022", 0.00114),  # not a claude-3-sonnet
        ("openai/gpt-4o-mini", 0.0000465),  # not a gpt-4o
        ("o1-mini-2024-09-12", 0.000341),  # not an o1
        ("o3-pro", 0.0062),  # not an o3
        ("anthropic.claude-3-opus-20240229-v1:0", 0.0057),  # Bedrock's
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", 0.00114),
        ("global.anthropic.claude-sonnet-4-20250514-v1:0", 0.00114),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0", 0.00114),
        ("bedrock/eu.anthropic.claude-3-opus-20240229-v1:0", 0.0057),
        ("vertex_ai/claude-3-5-sonnet@20240620", 0.00114),
        ("openrouter/anthropic/claude-3.5-sonnet", 0.00114),  # a version with a point
        ("claude-opus-4.5", 0.0019),  # not a claude-opus-4
        ("azure.gpt-4.1-mini", 0.000124),  # the point of a version is none of a provider
        ("ft:gpt-4o-mini:acme::9aBc", 0.000093),  # fine-tuned ones have prices of their own
        ("openai/ft:gpt-4o-mini-2024-07-18:acme::9aBc", 0.000093),
        ("ft:gpt-5-mini:acme::9aBc", 0.0001475),  # and without one, that of their base
    ],
)
def test_a_model_is_found_by_its_longest_prefix(model: str, usd: float) -> None:
    assert priced(model, 30, 70, at("2025-01-15")) == (pytest.approx(usd), "table")


def test_a_price_holds_from_its_day_on() -> None:
    assert priced("gpt-4o", 1_000_000, 0, at("2024-10-01")) == (5, "table")
    assert priced("gpt-4o", 1_000_000, 0, at("2024-10-02")) == (2.5, "table")


@pytest.mark.parametrize("model", [None, "", "somebody/else"])
def test_a_model_that_is_not_in_the_table_has_the_default_price_and_says_so(model: str | None) -> None:
    assert priced(model, 250, 150, at("2025-01-15")) == (pytest.approx(0.004), "default")


def test_another_table_replaces_the_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "prices.json"
    table.write_text('{"as_of": "2026-01-01", "default": {"model": "", "input": 0, "output": 0},'
                     ' "models": [{"model": "gpt-4o", "input": 7, "output": 7}]}')  # fmt: skip
    monkeypatch.setenv("MODEL_PRICES_FILE", str(table))
    assert priced("gpt-4o-mini", 1_000_000, 0, at("2025-01-15")) == (7, "table")
    assert priced("claude-3-opus", 1_000_000, 0, at("2025-01-15")) == (0, "default")


def test_tokens_of_a_cache_have_prices_of_their_own() -> None:
    sent = priced("claude-sonnet-4-20250514", 26_100, 100, at("2025-06-01"), cache_read=14_000, cache_write=12_000)
    assert sent == (pytest.approx(0.051), "table")
    assert priced("gpt-4o", 1_000_000, 0, at("2025-06-01"), cache_read=1_000_000) == (1.25, "table")
    assert priced("gpt-4o", 1_000_000, 0, at("2025-06-01"), cache_write=1_000_000) == (2.5, "table")
