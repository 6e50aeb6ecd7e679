"""The classes of requests and how many of each a caller may make: the learning board's as its contract tables them, and
wide ones for all other routes, which keep a client that runs wild from running up a bill."""

from dataclasses import dataclass, replace

from belvedere.clock import HOUR_MS, MINUTE_MS


@dataclass(frozen=True, slots=True)
class RateLimitRule:
    """At most `limit` requests in a period that begins with the first, and at most `burst` of them at once.

    They are counted by the `lot`, of which both are multiples.
    """

    name: str
    limit: int
    burst: int
    period_ms: int = HOUR_MS
    lot: int = 1

    @property
    def step_ms(self) -> int:
        """How long it takes until one more of the burst is there again."""
        return self.period_ms // self.limit

    @property
    def by_lots(self) -> "RateLimitRule":
        """The same rule for whole lots, as the table counts them."""
        return replace(self, limit=self.limit // self.lot, burst=self.burst // self.lot, lot=1)


RULES = {
    rule.name: rule
    for rule in (
        RateLimitRule("dashboard_summary", 100, 10),
        RateLimitRule("timeseries", 50, 5),
        RateLimitRule("aggregation", 30, 3),
        RateLimitRule("export", 5, 1),
        RateLimitRule("websocket", 10, 10, MINUTE_MS),
        RateLimitRule("message", 120, 30, MINUTE_MS),  # of one connection; not in the contract
        RateLimitRule("default", 200, 20),
        RateLimitRule("read", 6_000, 1_000, MINUTE_MS, lot=10),  # from here on not in the contract
        RateLimitRule("query", 3_000, 600, MINUTE_MS, lot=10),
        RateLimitRule("audit", 120, 20),
        RateLimitRule("ingest", 6_000, 1_000, MINUTE_MS, lot=10),
        RateLimitRule("admin", 1_200, 300, MINUTE_MS, lot=10),
    )
}
BY_SCOPE = {"read": "read", "write": "ingest", "admin": "admin"}  # the class of a route that names none
# Attempts to sign in that fail; not in the contract. By name, so that many machines cannot share the guessing of one
# password; by address, so that one machine cannot try one password on many names.
LOGIN_NAME = RateLimitRule("login_name", 60, 10)
LOGIN_ADDRESS = RateLimitRule("login_address", 240, 30)
