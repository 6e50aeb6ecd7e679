"""What a model's tokens cost: a dated table (`model_prices.json`, USD a million tokens), matched by the longest prefix.

A name is looked up as it is, then without what providers put before it, one word after the other: all of
`anthropic/claude-3-opus-20240229`, `us.anthropic.claude-3-opus-20240229-v1:0` are a `claude-3-opus`.
Of a model's rows, the newest that was in force at the time counts. `MODEL_PRICES_FILE` replaces the table.
"""

import functools
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from belvedere.clock import to_datetime

BUNDLED = Path(__file__).with_name("model_prices.json")
MILLION = 1_000_000
TABLE, DEFAULT = "table", "default"  # where a price came from, beside `given`
BEHIND_PROVIDER = re.compile(r"[/:]|(?<!\d)\.|\.(?!\d)")  # a point between digits is of a version
VERSION_POINT = re.compile(r"(?<=\d)\.(?=\d)")


class Price(msgspec.Struct, frozen=True):
    """The price of all models whose names begin with `model`, from a day on; USD a million tokens.

    Tokens read from a cache or written to one cost as much as others where the row does not say otherwise.
    """

    model: str
    input: float
    output: float
    since: date = date.min
    cache_read: float | None = None
    cache_write: float | None = None

    def of(self, tokens_in: int, tokens_out: int, cache_read: int = 0, cache_write: int = 0) -> float:
        """USD for some tokens, to the nano-dollar; those read from a cache and written to one are of `tokens_in`."""
        read = self.input if self.cache_read is None else self.cache_read
        write = self.input if self.cache_write is None else self.cache_write
        new = tokens_in - cache_read - cache_write
        usd = new * self.input + cache_read * read + cache_write * write + tokens_out * self.output
        return round(usd / MILLION, 9)


class ModelPrices(msgspec.Struct, frozen=True):
    """A price table as it was known on a day; `default` is for models that it does not know."""

    as_of: date
    default: Price
    models: list[Price]


def priced(
    model: str | None, tokens_in: int, tokens_out: int, at: int, *, cache_read: int = 0, cache_write: int = 0
) -> tuple[float, str]:
    """(USD, `table` or `default`) for tokens of a model at a moment (epoch ms)."""
    row = price_of(model or "", to_datetime(at).date())
    usd = (row or model_prices().default).of(tokens_in, tokens_out, cache_read, cache_write)
    return usd, TABLE if row else DEFAULT


def price_of(model: str, day: date) -> Price | None:
    """The row of a model on a day: the longest prefix of its name, and of those rows the newest in force."""
    for name in names_of(model):
        written = (name, VERSION_POINT.sub("-", name))
        rows = [row for row in model_prices().models if name and row.since <= day and _begins(written, row.model)]
        if rows:
            return max(rows, key=lambda row: (len(row.model), row.since))
    return None


def names_of(model: str) -> Iterator[str]:
    """A model's name in small letters, then what is left of it behind each word that may be a provider's."""
    name = model.lower()
    yield name
    yield from (name[match.end() :] for match in BEHIND_PROVIDER.finditer(name))


def _begins(names: tuple[str, ...], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)


@functools.cache
def model_prices() -> ModelPrices:
    """The table of this process. From the environment itself: an event is completed without a function's settings."""
    return msgspec.json.decode(Path(os.environ.get("MODEL_PRICES_FILE") or BUNDLED).read_bytes(), type=ModelPrices)
