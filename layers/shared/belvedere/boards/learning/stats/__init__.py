"""The board's statistics: pure functions on tallies and days; docs/metrics.md gives each formula and its source."""
