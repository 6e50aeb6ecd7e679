"""The caller of a request: which workspace it may see, and what it may do there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from belvedere.auth import lookup
from belvedere.auth.api_key import hashed, permits, well_formed
from belvedere.auth.credentials import presented_key, refused
from belvedere.auth.roles import SERVICE
from belvedere.errors import Forbidden
from belvedere.settings import settings

DEMO_WORKSPACE = "demo"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a valid key or token: the only source of a request's workspace."""

    workspace: str
    scope: str
    key_id: str
    user: str | None = None  # the person; None for a service key
    role: str = SERVICE


ANONYMOUS = Caller(DEMO_WORKSPACE, "read", "anonymous", role="viewer")


async def authenticate(headers: Mapping[str, str], query_string: str, needed: str, *, public: bool = False) -> Caller:
    """The caller, if the key exists and its scope covers `needed`; the anonymous one where a route is `public`.

    Raises Unauthorized for no or an unknown key, Forbidden for too small a scope, and lets the
    Directory's own trouble through: a database that is down must not look like a bad key.
    """
    key = presented_key(headers, query_string)
    if key is None:
        return _anonymous(needed, public)
    caller = await _owner(key)
    if caller is None:
        raise refused("this API key is unknown or was revoked")
    if not permits(caller.scope, needed):
        raise Forbidden(f"this API key has the scope '{caller.scope}'; this route needs '{needed}'", needed=needed)
    return caller


async def _owner(key: str) -> Caller | None:
    if not well_formed(key):
        return None
    key_hash = hashed(key)
    # A lookup blocks on the network, so it leaves the event loop; a remembered key is not worth a thread.
    if lookup.MEMORY.remembers(key_hash):
        record = lookup.MEMORY.find(key_hash)
    else:
        record = await asyncio.to_thread(lookup.MEMORY.find, key_hash)
    return Caller(record.workspace, record.scope, record.key_id) if record else None


def _anonymous(needed: str, public: bool) -> Caller:
    if public and settings().public_read and settings().development and permits(ANONYMOUS.scope, needed):
        return ANONYMOUS
    raise refused("an API key is required: send it as X-API-Key or as Authorization: Bearer")
