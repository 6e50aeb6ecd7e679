"""The canonical name of a request: two requests share it exactly when they must have the same answer."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")


def request_key(workspace: str, kind: str, request: Mapping[str, Any]) -> str:
    """`<kind>:<16 hex digits>` of the workspace and the whole resolved request, whatever the order of its keys."""
    return f"{kind}:{blake2b(_encoder.encode([workspace, kind, dict(request)]), digest_size=8).hexdigest()}"
