"""What a request costs, from measured units and a dated price table (`prices.json`, US East, on demand).

A price of one USD a million is a thousand nano-USD each, so every sum here is in nano-USD.
"""

import functools
import math
import platform
from dataclasses import dataclass
from pathlib import Path

import msgspec

from belvedere.settings import settings

NANO_USD_PER_MILLIONTH = 1_000
NANO = 1_000_000_000
PROCESSOR = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"  # of this process, as Lambda names it
BUNDLED = Path(__file__).with_name("prices.json")


class Prices(msgspec.Struct, frozen=True):
    """A price table as it was published on a day; Lambda's time may cost the same on all processors, or name each."""

    as_of: str
    region: str
    usd_per_million: dict[str, float]
    usd_per_lambda_gb_second: float | dict[str, float]

    def of(self, what: str, amount: float) -> float:
        """Nano-USD for an amount of something that is sold by the million."""
        return self.usd_per_million[what] * NANO_USD_PER_MILLIONTH * amount

    def of_running(self, ms: float, memory_mb: int) -> float:
        """Nano-USD for Lambda time on this processor, which is billed in whole milliseconds of configured memory."""
        price = self.usd_per_lambda_gb_second
        usd = price[PROCESSOR] if isinstance(price, dict) else price
        return usd * NANO * (math.ceil(ms) / 1000) * (memory_mb / 1024)


@dataclass(frozen=True)
class Cost:
    """A request's cost, in the parts that somebody could make smaller."""

    tables: float
    compute: float
    gateway: float

    @property
    def nano_usd(self) -> int:
        """The sum, to the nearest nano-USD."""
        return round(self.tables + self.compute + self.gateway)


def request_cost(
    prices: Prices, *, read_units: float, write_units: float, ms: float, memory_mb: int, through_lambda: bool
) -> Cost:
    """The cost of one request; a container's own running cost is nobody's request."""
    tables = prices.of("read_units", read_units) + prices.of("write_units", write_units)
    if not through_lambda:
        return Cost(tables, 0.0, 0.0)
    compute = prices.of("lambda_calls", 1) + prices.of_running(ms, memory_mb)
    return Cost(tables, compute, prices.of("http_api_requests", 1))


def load(path: Path) -> Prices:
    """A price table from a file."""
    return msgspec.json.decode(path.read_bytes(), type=Prices)


@functools.cache
def prices() -> Prices:
    """The price table of this process: PRICES_FILE, or the one that ships with the layer."""
    return load(Path(settings().prices_file or BUNDLED))
