"""Tokens of a configured issuer (RS256): they prove who somebody is; the Directory says what that person may do here.

The claim `workspace` names the workspace, without it the one that people sign in to; `sub` is the user's id there.
"""

import functools
from typing import Any, cast

import jwt

from belvedere.auth.jwks import KeySet, fetch_jwks
from belvedere.auth.rs256 import Rs256
from belvedere.auth.tokens import LEEWAY_S, Claims
from belvedere.directory.names import WORKSPACE, is_user
from belvedere.errors import Unauthorized
from belvedere.settings import Settings

ALGORITHM = "RS256"
_REQUIRED = ["sub", "iat", "exp", "iss", "aud"]


@functools.lru_cache(maxsize=2)
def keys_of(url: str) -> KeySet:
    """The keys of an issuer, kept for the process."""
    _register()
    return KeySet(functools.partial(fetch_jwks, url))


def claims_of_issuer(token: str, given: Settings) -> Claims:
    """What an issuer's token says. Blocking. Raises Unauthorized, and Unavailable while its keys cannot be had."""
    key = keys_of(given.jwt_jwks_url).find(str(jwt.get_unverified_header(token).get("kid", "")))
    if key is None:
        raise Unauthorized("Invalid token: its issuer has no such key")
    try:
        claims: dict[str, Any] = jwt.decode(
            token, cast(Any, key), algorithms=[ALGORITHM], issuer=given.jwt_issuer, audience=given.jwt_audience,
            leeway=LEEWAY_S, options={"require": _REQUIRED},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise Unauthorized("Token has expired") from None
    except (jwt.InvalidTokenError, OverflowError):  # a time of 1e999
        raise Unauthorized("Invalid token") from None
    user, workspace = claims["sub"], claims.get("workspace", given.login_workspace)
    if not (is_user(user) and isinstance(workspace, str) and WORKSPACE.fullmatch(workspace)):
        raise Unauthorized("Invalid token")
    token_id = str(claims.get("jti", "external"))[:64]
    return Claims(user, workspace, session="", token_id=token_id, issued_s=int(claims["iat"]))


def _register() -> None:
    """Let PyJWT verify RS256 by our own code, also where it could by another."""
    if ALGORITHM in jwt.PyJWS().get_algorithms():
        jwt.unregister_algorithm(ALGORITHM)
    jwt.register_algorithm(ALGORITHM, Rs256())
