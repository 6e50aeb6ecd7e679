"""The form of an API key: `bv_<scope>_<43 random characters>`, kept only as its SHA-256."""

import hashlib
import re
import secrets

from belvedere.clock import SECOND_MS, iso

SCOPES = ("write", "read", "admin")
PREFIX = "bv_"
_RANDOM_BYTES = 32
_SHAPE = re.compile(r"bv_(?:write|read|admin)_[A-Za-z0-9_-]{43}")
_KEY_ID_BYTES = 6


def new_key(scope: str) -> str:
    """A fresh key; 256 random bits, so a plain hash of it cannot be searched."""
    return f"{PREFIX}{scope}_{secrets.token_urlsafe(_RANDOM_BYTES)}"


def new_key_id() -> str:
    """A short public name for a key, safe to log and to list."""
    return f"key_{secrets.token_hex(_KEY_ID_BYTES)}"


def hashed(key: str) -> str:
    """What is stored instead of the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def well_formed(key: str) -> bool:
    """False for what was never a key of ours, so that nobody needs to look it up."""
    return _SHAPE.fullmatch(key) is not None


def permits(scope: str, needed: str) -> bool:
    """write ingests only, read reads only, admin does both and the rest."""
    return scope == needed or scope == "admin"


def has_expired(expires_at: str | None, now: int) -> bool:
    """Has a key ended by a moment (epoch ms)? `expires_at` is ISO 8601 in whole seconds; None for never."""
    return expires_at is not None and expires_at <= iso(now // SECOND_MS * SECOND_MS)
