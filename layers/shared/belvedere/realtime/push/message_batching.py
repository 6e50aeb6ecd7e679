"""Batches notices so that each batch fits one message, and none has to be left out."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

MOST_NOTICES = 200  # notices a batch
MOST_BYTES = 60_000

Notice = Mapping[str, Any]


def batch_notices(
    notices: Iterable[Notice], most: int = MOST_NOTICES, most_bytes: int = MOST_BYTES
) -> list[list[Notice]]:
    """The notices in order, in as few batches as that takes; they depend on the notices alone."""
    found: list[list[Notice]] = []
    size = 0
    for notice in notices:
        more = len(orjson.dumps(notice)) + 1
        if not found or len(found[-1]) == most or size + more > most_bytes:
            found.append([])
            size = 0
        found[-1].append(notice)
        size += more
    return found
