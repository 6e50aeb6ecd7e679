"""Passwords, kept as scrypt hashes: `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`, so that old hashes outlive new parameters.

N = 2^14, r = 8, p = 5: 16 MiB for each guess. OWASP's Password Storage Cheat Sheet lists it among settings of equal
strength; of those it is the one that suits a function of half a gigabyte.
"""

import base64
import functools
import hashlib
import hmac
import secrets

LOG2_N, R, P = 14, 8, 5
SHORTEST, LONGEST = 8, 200
_SALT_BYTES = 16
_HASH_BYTES = 32
_MOST_MEMORY = 64 * 1024 * 1024


def hashed_password(password: str) -> str:
    """What is stored instead of a password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${LOG2_N}${R}${P}${_text(salt)}${_text(_scrypt(password, salt, LOG2_N, R, P))}"


def is_password(password: str, stored: str | None) -> bool:
    """Is this the password of a stored hash? Takes as long where there is no hash, and says no."""
    kind, log2_n, r, p, salt, wanted = (stored or nobodys_hash()).split("$")
    if kind != "scrypt" or len(password) > LONGEST:
        return False
    derived = _scrypt(password, _bytes(salt), int(log2_n), int(r), int(p))
    return hmac.compare_digest(derived, _bytes(wanted)) and stored is not None


@functools.cache
def nobodys_hash() -> str:
    """A hash of a password that nobody knows."""
    return hashed_password(secrets.token_urlsafe(_HASH_BYTES))


def _scrypt(password: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**log2_n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=_HASH_BYTES)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
