"""What each function is made to do beyond its sample event: one module for the functions of a board or a package.

A scenario is a function marked with the handler module it is for; `SCENARIOS` has them all.
"""

from tests.integration.policies.scenarios import (
    auth,
    cache,
    directory,
    export,
    fold,
    grafana,
    ingest,
    kpis,
    learning,
    learning_analytics,
    ops,
    productivity,
    realtime,
    sessions,
)  # fmt: skip
from tests.integration.policies.scenarios.registry import SCENARIOS

__all__ = [
    "SCENARIOS", "auth", "cache", "directory", "export", "fold", "grafana", "ingest", "kpis", "learning",
    "learning_analytics", "ops", "productivity", "realtime", "sessions",
]  # fmt: skip
