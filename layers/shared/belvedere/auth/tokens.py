"""Our own tokens: JWT, HS256, of two kinds that never stand for each other.

An `access` token opens routes for half an hour; a `refresh` token is good for one new pair. Claims: `sub` and
`user_id` (the person), `workspace`, `role` (to inform the client: what counts is the Directory), `stamp` (the security
stamp of the person's record), `typ`, `sid` (the session of one login), `jti`, `iat`, `exp`, `iss`. PyJWT is imported by
the first token that comes.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from belvedere.errors import Unauthorized

ISSUER = "belvedere"
ALGORITHM = "HS256"
ACCESS, REFRESH = "access", "refresh"
LEEWAY_S = 5
LONGEST = 8_192
_REQUIRED = ["sub", "workspace", "typ", "sid", "jti", "iat", "exp", "iss"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. `stamp` is None in another issuer's, and empty in one that was made before there were any."""

    user: str
    workspace: str
    session: str
    token_id: str
    issued_s: int = 0
    stamp: str | None = None


class BadSignature(Unauthorized):
    """The token is not signed with our secret, or no longer."""


def looks_like_token(text: str) -> bool:
    """Has it the form of a JWT? Our API keys have no dots."""
    return text.count(".") == 2 and len(text) <= LONGEST


def new_id() -> str:
    """A name for a token or a session."""
    return uuid.uuid4().hex


def issue(kind: str, claims: Claims, role: str, *, secret: str, now_s: int, ttl_s: int) -> str:
    """A signed token."""
    import jwt

    payload = {
        "iss": ISSUER,
        "sub": claims.user,
        "user_id": claims.user,
        "workspace": claims.workspace,
        "role": role,
        "stamp": claims.stamp or "",
        "typ": kind,
        "sid": claims.session,
        "jti": claims.token_id,
        "iat": now_s,
        "exp": now_s + ttl_s,
    }
    return jwt.encode(payload, secret, algorithm=ALGORITHM)


def verify(kind: str, token: str, *, secret: str) -> Claims:
    """What a token of this kind says. Raises Unauthorized for any other, and for one that is expired or not ours."""
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret, algorithms=[ALGORITHM], issuer=ISSUER, leeway=LEEWAY_S, options={"require": _REQUIRED}
        )
    except jwt.ExpiredSignatureError:
        raise Unauthorized("Token has expired") from None
    except jwt.InvalidSignatureError:
        raise BadSignature("Invalid token") from None
    except jwt.InvalidTokenError:
        raise Unauthorized("Invalid token") from None
    if claims["typ"] != kind:
        raise Unauthorized(f"Invalid token: this takes an {kind} token" if kind == ACCESS else "Invalid token")
    named, stamp = [claims["sub"], claims["workspace"], claims["sid"], claims["jti"]], claims.get("stamp", "")
    if not (all(isinstance(value, str) and value for value in named) and isinstance(stamp, str)):
        raise Unauthorized("Invalid token")
    return Claims(claims["sub"], claims["workspace"], claims["sid"], claims["jti"], int(claims["iat"]), stamp)
