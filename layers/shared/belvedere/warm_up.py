"""Warm-ups: a schedule has a process made ready, so that the first real request is served like any other.

What takes time once is done here: AWS clients (botocore reads its descriptions of services), TLS to the tables, and the
secret that tokens are signed with. Nothing is asked of the tables, so that a warm-up needs no permission.
"""

import time
from typing import Any

from belvedere.auth.secret import SECRET
from belvedere.observability import warmed
from belvedere.settings import settings
from belvedere.storage.client import lambda_, open_connection, open_connections

READS = 6  # as many as most endpoints read at once


def warm_up(function: str, *, checks_tokens: bool = False) -> dict[str, Any]:
    """Make this process ready and answer the warm-up. Raises whatever keeps it from being ready."""
    started, names = time.perf_counter(), settings()
    open_connections(READS)
    if checks_tokens:
        SECRET.value()
    if names.refresh_function or names.push_function or names.recount_function:
        open_connection(lambda_())
    return warmed(function, ms=round((time.perf_counter() - started) * 1000, 2))
