"""The caller of a request: which workspace it may see, and what it may do there."""

from collections.abc import Mapping
from dataclasses import dataclass

from belvedere.auth import lookup
from belvedere.auth.api_key import hashed, permits, well_formed
from belvedere.auth.bearer import person_of
from belvedere.auth.credentials import claimed_users, is_bearer, presented_key, refused
from belvedere.auth.roles import ADMIN, SERVICE
from belvedere.auth.tokens import looks_like_token
from belvedere.clock import SECOND_MS, now_ms
from belvedere.errors import Forbidden, Unauthorized
from belvedere.settings import settings
from belvedere.usage.key_use import USE

DEMO_WORKSPACE = "demo"
INVALID_TOKEN = "Invalid token"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a valid key or token: the only source of a request's workspace."""

    workspace: str
    scope: str
    key_id: str
    user: str | None = None  # the person; None for a service key
    role: str = SERVICE
    stamp: str = ""  # the person's security stamp


ANONYMOUS = Caller(DEMO_WORKSPACE, "read", "anonymous", role="viewer")


async def authenticate(headers: Mapping[str, str], query_string: str, needed: str, *, public: bool = False) -> Caller:
    """The caller, if the key exists and its scope covers `needed`; the anonymous one where a route is `public`.

    People come with a token; what routes they may call is their role's matter, not a scope's. Raises Unauthorized for
    no or an unknown key or token, Forbidden for too small a scope or another user's name, and lets the Directory's own
    trouble through: a database that is down must not look like a bad key.
    """
    key = presented_key(headers, query_string)
    if key is None:
        return _anonymous(needed, public)
    if looks_like_token(key):
        return await _person(key, claimed_users(headers, query_string))
    caller = await _owner(key)
    if caller is None:
        raise refused(INVALID_TOKEN if is_bearer(headers, key) else "this API key is unknown or was revoked")
    if not permits(caller.scope, needed):
        raise Forbidden(f"this API key has the scope '{caller.scope}'; this route needs '{needed}'", needed=needed)
    return caller


async def _owner(key: str) -> Caller | None:
    if not well_formed(key):
        return None
    record = await lookup.MEMORY.found(hashed(key))
    if record is None:
        return None
    now = now_ms()
    if record.expires is not None and record.expires * SECOND_MS <= now:
        raise refused("this API key has expired")
    USE.seen(record.workspace, record.key_id, now)
    return Caller(record.workspace, record.scope, record.key_id)


async def _person(token: str, claimed: frozenset[str]) -> Caller:
    try:
        person, token_id = await person_of(token)
    except Unauthorized as error:
        raise refused(error.detail) from None
    if claimed - {person.user_id}:
        raise Forbidden("X-User-ID and user_id: must name the user whom the token was given to")
    scope = "admin" if person.role == ADMIN else "read"
    return Caller(person.workspace, scope, f"token_{token_id}", person.user_id, person.role, person.stamp)


def anonymous_allowed() -> bool:
    """May what is declared public be read without a key? Only in development."""
    return settings().public_read and settings().development


def _anonymous(needed: str, public: bool) -> Caller:
    if public and anonymous_allowed() and permits(ANONYMOUS.scope, needed):
        return ANONYMOUS
    raise refused("an API key or a token is required: send it as X-API-Key or as Authorization: Bearer")
