"""The headers that every answer carries: safety, freshness, timing and cost."""

from collections import deque
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders

from belvedere.cost import Cost
from belvedere.http.exchange import Exchange

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "1; mode=block",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
AVERAGED_REQUESTS = 100


@dataclass
class Average:
    """The mean response time of this process's last hundred requests."""

    recent: deque[float] = field(default_factory=lambda: deque(maxlen=AVERAGED_REQUESTS))

    def with_(self, ms: float) -> float:
        """The mean in milliseconds, this request included."""
        self.recent.append(ms)
        return sum(self.recent) / len(self.recent)


@dataclass(frozen=True)
class Freshness:
    """How long an answer may be shown again, and for whom: seconds fresh, then seconds stale while refreshed."""

    keyed: bool
    fresh_s: int | None = None
    stale_s: int | None = None

    def of(self, method: str, status: int) -> str:
        """The `Cache-Control` of an answer; failures and writes are never kept."""
        if method not in ("GET", "HEAD") or status not in (200, 304):
            return "no-store"
        audience = "private" if self.keyed else "public"
        if self.fresh_s is None:
            return f"{audience}, no-cache"
        stale = f", stale-while-revalidate={self.stale_s}" if self.stale_s else ""
        return f"{audience}, max-age={self.fresh_s}{stale}"


def add_safety(headers: MutableHeaders) -> None:
    """The security headers, where the answer does not bring its own."""
    for name, value in SECURITY.items():
        headers.setdefault(name, value)


def add_timing(headers: MutableHeaders, exchange: Exchange, *, processing_ms: float, average: Average) -> float:
    """The documented time headers and `Server-Timing`; returns the milliseconds they were made from."""
    ms = exchange.elapsed_ms()
    headers["X-Processing-Time"] = f"{processing_ms / 1000:.3f}"
    headers["X-Response-Time"] = f"{ms / 1000:.3f}s"
    headers["X-Average-Response-Time"] = f"{average.with_(ms) / 1000:.3f}"
    stages = [*exchange.stages.items(), ("total", ms)]
    headers["Server-Timing"] = ", ".join(f"{name};dur={spent:.2f}" for name, spent in stages)
    return ms


def add_cost(headers: MutableHeaders, exchange: Exchange, cost: Cost) -> None:
    """What the tables reported for this request, and what the whole request cost."""
    headers["X-Read-Units"] = f"{exchange.meter.read_units:g}"
    headers["X-Write-Units"] = f"{exchange.meter.write_units:g}"
    headers["X-Cost-Nano-USD"] = str(cost.nano_usd)
