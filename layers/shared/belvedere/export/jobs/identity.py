"""The id of a job: equal requests of one caller are one job, and so is what a client sends twice."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from belvedere.clock import MINUTE_MS
from belvedere.errors import Invalid
from belvedere.export.jobs.job import Owner

JOB_ID = re.compile(r"exp_[0-9a-f]{24}", re.ASCII)
MAX_KEY = 255
_encoder = msgspec.json.Encoder(order="sorted")


def job_id_of(workspace: str, owner: Owner, body: Mapping[str, Any], idempotency_key: str | None, now: int) -> str:
    """`exp_` and 24 hex digits of the caller, the body as it was sent, and the Idempotency-Key or else the minute.

    Raises Invalid for a key of no use.
    """
    if idempotency_key is not None and not 0 < len(idempotency_key) <= MAX_KEY:
        raise Invalid(f"Idempotency-Key: 1 to {MAX_KEY} characters")
    occasion = f"key {idempotency_key}" if idempotency_key is not None else f"minute {now // MINUTE_MS}"
    person = ["user", owner.user, owner.stamp] if owner.user is not None else ["key", owner.key_id]
    given = _encoder.encode([workspace, person, dict(body), occasion])
    return f"exp_{blake2b(given, digest_size=12).hexdigest()}"
