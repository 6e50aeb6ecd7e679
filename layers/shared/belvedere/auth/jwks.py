"""The public keys of a configured issuer, by their id, as its JWKS document lists them; kept for ten minutes.

A key id that nobody knows is looked for anew, at most twice a minute. While the issuer does not answer, keys that were
known stay good.
"""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from belvedere.auth.rs256 import RsaKey
from belvedere.errors import Unavailable
from belvedere.observability import logger

KNOWN_S = 600.0
RETRY_S = 30.0
TIMEOUT_S = 3.0
MOST_BYTES = 200_000

Fetch = Callable[[], dict[str, Any]]


class KeySet:
    """An issuer's keys."""

    def __init__(self, fetch: Fetch, seconds: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._keys: dict[str, RsaKey] = {}
        self._read_at = float("-inf")
        self._tried_at = float("-inf")

    def find(self, key_id: str) -> RsaKey | None:
        """A key, or None when the issuer has none of this id. Raises Unavailable. Blocking."""
        now = self._seconds()
        old = now - self._read_at >= KNOWN_S
        if (old or key_id not in self._keys) and now - self._tried_at >= RETRY_S:
            self._tried_at = now
            self._read(now)
        if self._read_at == float("-inf"):
            raise Unavailable("the issuer's keys cannot be read now; tokens of this deployment and API keys work")
        return self._keys.get(key_id)

    def _read(self, now: float) -> None:
        try:
            listed = self._fetch()["keys"]
            keys = {str(jwk.get("kid", "")): RsaKey.of_jwk(jwk) for jwk in listed}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger().warning("the issuer's keys cannot be read", error=type(error).__name__, detail=str(error))
            return
        self._keys = {key_id: key for key_id, key in keys.items() if key is not None}
        self._read_at = now


def fetch_jwks(url: str) -> dict[str, Any]:
    """Read a JWKS document. Raises OSError or ValueError."""
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        document = json.loads(answer.read(MOST_BYTES))
    if not isinstance(document, dict):
        raise ValueError("no JWKS document")
    return document
