"""What the productivity contract says of the tables, beside their states."""

from collections.abc import Mapping

from belvedere.health import ESSENTIAL, UP

SESSIONS = "events"  # the table that holds the sessions


def connected(states: Mapping[str, str]) -> dict[str, bool]:
    """The contract's two questions: do the tables answer without which nothing works, and does the one
    that holds the sessions."""
    return {
        "database_connected": all(states[name] == UP for name in ESSENTIAL),
        "prodlens_cache_exists": states[SESSIONS] == UP,
    }
