"""RS256 for PyJWT where the cryptography package is not: verification only, so no secret passes through here.

RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.2): the signature to the power of e, modulo n, has to be exactly the encoding
of the digest that the key's length prescribes. The whole encoding is built and compared; nothing in it is parsed.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from jwt.algorithms import Algorithm
from jwt.utils import base64url_decode

SHORTEST_BITS = 2048
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # DER of DigestInfo, RFC 8017, section 9.2


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A public key."""

    n: int
    e: int

    @classmethod
    def of_jwk(cls, jwk: dict[str, Any]) -> "RsaKey | None":
        """The key of a JWK; None for one of another kind or purpose, and for one too weak to be taken."""
        if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
            return None
        try:
            n, e = (int.from_bytes(base64url_decode(jwk[name])) for name in ("n", "e"))
        except (KeyError, TypeError, ValueError):
            return None
        return cls(n, e) if n.bit_length() >= SHORTEST_BITS and e > 2 and e % 2 else None


class Rs256(Algorithm):
    """PyJWT's interface to it."""

    def prepare_key(self, key: RsaKey) -> RsaKey:
        """The key, which has to be a public key of RSA and nothing else."""
        if not isinstance(key, RsaKey):
            raise TypeError("RS256 is verified with a public key")
        return key

    def sign(self, msg: bytes, key: Any) -> bytes:
        """Not here: we sign with HS256."""
        raise NotImplementedError

    def verify(self, msg: bytes, key: RsaKey, sig: bytes) -> bool:
        """Is this the signature of the message by the owner of the key?"""
        size = (key.n.bit_length() + 7) // 8
        signature = int.from_bytes(sig)
        if len(sig) != size or signature >= key.n:
            return False
        decrypted = pow(signature, key.e, key.n).to_bytes(size)
        return hmac.compare_digest(decrypted, _encoded(msg, size))

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        """Not here."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        """Not here: see RsaKey.of_jwk."""
        raise NotImplementedError


def _encoded(message: bytes, size: int) -> bytes:
    """EMSA-PKCS1-v1_5 of a message's SHA-256."""
    digest = _SHA256_PREFIX + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
