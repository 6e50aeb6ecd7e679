"""What a model's tokens cost: a dated table (`model_prices.json`, USD a million tokens), matched by the longest prefix.

A name is looked up as it is, then without its provider (`anthropic/claude-3-opus-20240229` is a `claude-3-opus`). Of
a model's rows, the newest that was in force at the time counts. `MODEL_PRICES_FILE` replaces the table.
"""

import functools
import os
from datetime import date
from pathlib import Path

import msgspec

from belvedere.clock import to_datetime

BUNDLED = Path(__file__).with_name("model_prices.json")
MILLION = 1_000_000
TABLE, DEFAULT = "table", "default"  # where a price came from, beside `given`


class Price(msgspec.Struct, frozen=True):
    """The price of all models whose names begin with `model`, from a day on; USD a million tokens."""

    model: str
    input: float
    output: float
    since: date = date.min

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """USD for some tokens, to the nano-dollar."""
        return round((tokens_in * self.input + tokens_out * self.output) / MILLION, 9)


class ModelPrices(msgspec.Struct, frozen=True):
    """A price table as it was known on a day; `default` is for models that it does not know."""

    as_of: date
    default: Price
    models: list[Price]


def priced(model: str | None, tokens_in: int, tokens_out: int, at: int) -> tuple[float, str]:
    """(USD, `table` or `default`) for tokens of a model at a moment (epoch ms)."""
    row = price_of(model or "", to_datetime(at).date())
    return (row or model_prices().default).of(tokens_in, tokens_out), TABLE if row else DEFAULT


def price_of(model: str, day: date) -> Price | None:
    """The row of a model on a day: the longest prefix of its name, and of those rows the newest in force."""
    for name in (model.lower(), model.lower().rpartition("/")[2]):
        rows = [row for row in model_prices().models if name.startswith(row.model) and row.since <= day]
        if rows:
            return max(rows, key=lambda row: (len(row.model), row.since))
    return None


@functools.cache
def model_prices() -> ModelPrices:
    """The table of this process. From the environment itself: an event is completed without a function's settings."""
    return msgspec.json.decode(Path(os.environ.get("MODEL_PRICES_FILE") or BUNDLED).read_bytes(), type=ModelPrices)
