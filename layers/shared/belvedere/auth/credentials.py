"""Finds the API key in a request.

In this order: `X-API-Key`, `Authorization: Bearer <key>`, `Authorization: Basic` with the key as user name,
the documented query form `?token=<key>`. Two different keys of ours in one request are refused rather than
guessed between; an `Authorization` that is not a key of ours (a proxy's, say) does not disturb an `X-API-Key`.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qs

from belvedere.auth.api_key import PREFIX
from belvedere.errors import Unauthorized

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="belvedere"'}


def presented_key(headers: Mapping[str, str], query_string: str = "") -> str | None:
    """The key that came with a request, or None; raises Unauthorized when it cannot be told."""
    key = headers.get("x-api-key", "").strip()
    authorized = _of_authorization(headers.get("authorization", "").strip())
    token = _of_query(query_string)
    offered = [candidate for candidate in (key, authorized, token) if candidate]
    rivals = {candidate for candidate in offered if candidate.startswith(PREFIX)}
    if len(rivals) > 1:
        raise refused("two different API keys came with this request; send one")
    return offered[0] if offered else None


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
