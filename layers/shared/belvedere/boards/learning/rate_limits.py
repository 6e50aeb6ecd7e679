"""How many requests of each class the learning contract lets a caller make in an hour, and at once."""

from belvedere.schema.rate_limits import RateLimitRule

RATE_LIMITS = (
    RateLimitRule("dashboard_summary", 100, 10),
    RateLimitRule("timeseries", 50, 5),
    RateLimitRule("aggregation", 30, 3),
    RateLimitRule("export", 5, 1),
    RateLimitRule("default", 200, 20),
)
