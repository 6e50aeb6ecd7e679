"""Samples queries, to find the most frequent: one request in `SAMPLE` is noted, and counts as all of them. Blocking.

Noted as it can be asked again ("the last seven days"), not as it was resolved, so that it can be refreshed tomorrow.
"""

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from belvedere.clock import DAY_MS, SECOND_MS, iso
from belvedere.storage.attributes import encode
from belvedere.storage.keys import AFTER, Key
from belvedere.storage.keys.cache import asked_partition
from belvedere.storage.table import WorkspaceTable

SAMPLE = 32
KEPT_MS = 2 * DAY_MS
LONGEST = 4_096  # a request of more bytes is not worth remembering
_encoder = msgspec.json.Encoder(order="sorted")

Replay = tuple[str, dict[str, Any]]  # (kind, request)


def sample_query(table: WorkspaceTable, kind: str, replay: Mapping[str, Any], now: int) -> None:
    """Note one request, which stands for SAMPLE of them."""
    text = _encoder.encode([kind, dict(replay)])
    if len(text) > LONGEST:
        return
    key = Key(asked_partition(table.workspace), f"{iso(now)[:10]}#{blake2b(text, digest_size=12).hexdigest()}")
    table.client.update_item(
        TableName=table.name,
        Key=table.key(key),
        UpdateExpression="SET #request = :request, #expires = :expires ADD #times :times",
        ExpressionAttributeNames={"#request": "request", "#expires": "expires", "#times": "times"},
        ExpressionAttributeValues={
            ":request": encode(text.decode()),
            ":expires": encode((now + KEPT_MS) // SECOND_MS),
            ":times": encode(SAMPLE),
        },
    )


def most_frequent(table: WorkspaceTable, now: int, most: int) -> list[Replay]:
    """The most frequent queries since yesterday's midnight, the most frequent first."""
    since, today = iso(now - DAY_MS)[:10], iso(now)[:10]
    times: Counter[str] = Counter()
    for item in table.query(asked_partition(table.workspace), since, today + AFTER):
        times[str(item["request"])] += int(item["times"])
    ranked = sorted(times, key=lambda text: (-times[text], text))
    return [tuple(msgspec.json.decode(text, type=Replay)) for text in ranked[:most]]
