"""The classes of requests and how many of each a caller may make, as the learning board's contract tables them."""

from dataclasses import dataclass

from belvedere.clock import HOUR_MS, MINUTE_MS


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `limit` requests in a period that begins with the first, and at most `burst` of them at once."""

    name: str
    limit: int
    burst: int
    period_ms: int = HOUR_MS

    @property
    def step_ms(self) -> int:
        """How long it takes until one more of the burst is there again."""
        return self.period_ms // self.limit


RULES = {
    rule.name: rule
    for rule in (
        Rule("dashboard_summary", 100, 10),
        Rule("timeseries", 50, 5),
        Rule("aggregation", 30, 3),
        Rule("export", 5, 1),
        Rule("websocket", 10, 10, MINUTE_MS),
        Rule("message", 120, 30, MINUTE_MS),  # of one connection; not in the contract
        Rule("default", 200, 20),
    )
}
# Attempts to sign in, right or wrong; not in the contract. By name, so that many machines cannot share the guessing of
# one password; by address, so that one machine cannot try one password on many names.
LOGIN_NAME = Rule("login_name", 60, 10)
LOGIN_ADDRESS = Rule("login_address", 240, 30)
