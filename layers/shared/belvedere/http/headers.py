"""The headers that every answer carries: safety, freshness, timing and cost."""

from collections import deque
from collections.abc import Mapping
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
        "default-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
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


def put(headers: MutableHeaders, fields: Mapping[str, str]) -> None:
    """Set several headers at once: they are searched once, where one by one they are for each."""
    own = {name.lower().encode("latin-1"): value.encode("latin-1") for name, value in fields.items()}
    headers.raw[:] = [*(pair for pair in headers.raw if pair[0] not in own), *own.items()]


def add_safety(headers: MutableHeaders) -> None:
    """The security headers, where the answer does not bring its own."""
    brought = {name for name, _ in headers.raw}
    headers.raw.extend(pair for pair in _SECURITY if pair[0] not in brought)


def timing(exchange: Exchange, *, ms: float, processing_ms: float, average: Average) -> dict[str, str]:
    """The documented time headers and `Server-Timing` of an answer that took `ms`."""
    stages = [*exchange.stages.items(), ("total", ms)]
    return {
        "X-Processing-Time": f"{processing_ms / 1000:.3f}",
        "X-Response-Time": f"{ms / 1000:.3f}s",
        "X-Average-Response-Time": f"{average.with_(ms) / 1000:.3f}",
        "Server-Timing": ", ".join(f"{name};dur={spent:.2f}" for name, spent in stages),
    }


def costs(exchange: Exchange, cost: Cost) -> dict[str, str]:
    """What the tables reported for this request, and what the whole request cost."""
    return {
        "X-Read-Units": f"{exchange.meter.read_units:g}",
        "X-Write-Units": f"{exchange.meter.write_units:g}",
        "X-Cost-Nano-USD": str(cost.nano_usd),
    }
