"""Rate limits: how many requests of a class a caller may make."""

from dataclasses import dataclass, replace

from belvedere.clock import HOUR_MS


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
