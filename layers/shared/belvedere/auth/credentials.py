"""Finds the API key or the token in a request.

In this order: `X-API-Key`, `Authorization: Bearer <key or token>`, `Authorization: Basic` with the key as user name,
the documented query form `?user_id=<user>&token=<key or token>`. Two different ones in one request are refused rather
than guessed between; an `Authorization` that is not a key of ours (a proxy's, say) does not disturb an `X-API-Key`.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qs

from belvedere.auth.api_key import PREFIX
from belvedere.auth.tokens import looks_like_token
from belvedere.errors import Unauthorized

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="belvedere"'}


def presented_key(headers: Mapping[str, str], query_string: str = "") -> str | None:
    """The key or token that came with a request, or None; raises Unauthorized when it cannot be told."""
    key = headers.get("x-api-key", "").strip()
    authorized = _of_authorization(headers.get("authorization", "").strip())
    token = _of_query(query_string)
    offered = [candidate for candidate in (key, authorized, token) if candidate]
    rivals = {value for value in offered if value.startswith(PREFIX) or (looks_like_token(value) and not key)}
    if len(rivals) > 1:
        raise refused("two different API keys or tokens came with this request; send one")
    return offered[0] if offered else None


def is_bearer(headers: Mapping[str, str], key: str) -> bool:
    """Did this come as `Authorization: Bearer`, and never was an API key? Then it was meant as a token."""
    kind, _, rest = headers.get("authorization", "").strip().partition(" ")
    return kind.lower() == "bearer" and rest.strip() == key and not key.startswith(PREFIX)


def claimed_users(headers: Mapping[str, str], query_string: str = "") -> frozenset[str]:
    """Whom a request says it is from: `X-User-ID`, and `user_id` beside a `token` in the query.

    Elsewhere `user_id` in a query is a route's own parameter. None of it proves anything.
    """
    named = [headers.get("x-user-id", "").strip()]
    if _of_query(query_string):
        named += parse_qs(query_string).get("user_id", [])
    return frozenset(name for name in named if name)


def refused(detail: str) -> Unauthorized:
    """A 401 that says how to ask again."""
    return Unauthorized(detail, headers=dict(CHALLENGE))


def _of_authorization(value: str) -> str:
    kind, _, rest = value.partition(" ")
    match kind.lower():
        case "bearer":
            return rest.strip()
        case "basic":
            return _basic_user(rest.strip())
    return ""


def _basic_user(encoded: str) -> str:
    try:
        user, _, _ = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return encoded  # unreadable, and therefore no key of ours: refused as an unknown one
    return user


def _of_query(query_string: str) -> str:
    if "token=" not in query_string:
        return ""
    return parse_qs(query_string).get("token", [""])[-1].strip()
