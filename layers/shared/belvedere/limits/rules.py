"""The engine's own classes of requests and how many of each a caller may make: wide ones, which keep a client that runs
wild from running up a bill. Boards declare further ones, as their contracts table them."""

from belvedere.clock import MINUTE_MS
from belvedere.schema.catalog import catalog
from belvedere.schema.rate_limits import RateLimitRule

RULES = {
    rule.name: rule
    for rule in (
        RateLimitRule("read", 6_000, 1_000, MINUTE_MS, lot=10),
        RateLimitRule("query", 3_000, 600, MINUTE_MS, lot=10),
        RateLimitRule("audit", 120, 20),
        RateLimitRule("export_job", 60, 20),
        RateLimitRule("ingest", 6_000, 1_000, MINUTE_MS, lot=10),
        RateLimitRule("admin", 1_200, 300, MINUTE_MS, lot=10),
        RateLimitRule("websocket", 10, 10, MINUTE_MS),  # connections that are opened
        RateLimitRule("message", 120, 30, MINUTE_MS),  # of one connection
    )
}
BY_SCOPE = {"read": "read", "write": "ingest", "admin": "admin"}  # the class of a route that names none
# Attempts to sign in that fail. By name, so that many machines cannot share the guessing of one password; by address,
# so that one machine cannot try one password on many names.
LOGIN_NAME = RateLimitRule("login_name", 60, 10)
LOGIN_ADDRESS = RateLimitRule("login_address", 240, 30)


def rule_named(name: str) -> RateLimitRule:
    """The class of that name, the engine's or a board's. Raises KeyError."""
    return RULES.get(name) or catalog().rate_limits[name]
