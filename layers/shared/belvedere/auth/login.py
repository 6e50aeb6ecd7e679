"""Signing in with a password, and going on with a refresh token: both give a new pair of tokens.

Who is unknown, switched off or wrong about the password hears the same, after the same work. Attempts are counted by
address and by name before any of it, and given back when they succeed, so that guessing is slow whoever does it.
Addresses are counted for the whole deployment, because a caller names any workspace; names of a workspace that there is
not are counted together.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from belvedere.auth import sessions
from belvedere.auth.bearer import checked
from belvedere.auth.credentials import refused
from belvedere.auth.passwords import is_password
from belvedere.auth.people import Person, fetch_by_login, fetch_person
from belvedere.auth.secret import SECRET
from belvedere.auth.tokens import ACCESS, REFRESH, Claims, issue, new_id
from belvedere.clock import DAY_MS, SECOND_MS, now_ms
from belvedere.errors import Unauthorized
from belvedere.limits.limiter import limiter
from belvedere.limits.rules import LOGIN_ADDRESS, LOGIN_NAME
from belvedere.settings import settings
from belvedere.storage.attributes import encode
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.cache import DEPLOYMENT
from belvedere.storage.keys.directory import workspace_key
from belvedere.storage.tables import tables

WRONG = "Invalid credentials"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new pair of tokens, as the caller is told of it."""

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int

    def told(self) -> dict[str, Any]:
        """The documented answer, and the refresh token beside it."""
        return {
            "access_token": self.access_token,
            "token_type": "bearer",
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "refresh_expires_in": self.refresh_expires_in,
        }


async def sign_in(workspace: str, name: str, password: str, address: str) -> SignedIn:
    """A session for whoever knows the password. Raises Unauthorized, and RateLimited for too many failed attempts."""
    by_address = await limiter().insist(LOGIN_ADDRESS, DEPLOYMENT, f"ip:{address}")
    known = await asyncio.to_thread(workspace_exists, workspace)
    by_name = await limiter().insist(LOGIN_NAME, workspace if known else DEPLOYMENT, f"name:{name.casefold()}")
    signed_in = await asyncio.to_thread(_sign_in, workspace, name, password)
    for attempt in (by_address, by_name):  # only guessing is to be slow
        await limiter().give_back(attempt)
    return signed_in


async def renew(refresh_token: str) -> SignedIn:
    """The next pair of a session. Raises Unauthorized for a token that is not the session's next one."""
    return await asyncio.to_thread(_renew, refresh_token)


def workspace_exists(workspace: str) -> bool:
    """Has anybody ever been given a key or an account of this workspace?"""
    key = workspace_key(workspace)
    key_item = {"pk": encode(key.pk), "sk": encode(key.sk)}
    return "Item" in dynamodb().get_item(TableName=settings().directory_table, Key=key_item, ConsistentRead=True)


def _sign_in(workspace: str, name: str, password: str) -> SignedIn:
    person = fetch_by_login(workspace, name)
    right = is_password(password, person.password_hash if person else None)
    if person is None or not right or not person.welcome:
        raise refused(WRONG)
    now, session, token_id = now_ms(), new_id(), new_id()
    sessions.begin(tables(workspace).state, session, token_id, expires_ms=now + _refresh_ms())
    return _pair(person, session, token_id, now)


def _renew(refresh_token: str) -> SignedIn:
    try:
        claims = checked(REFRESH, refresh_token)
    except Unauthorized as error:
        raise refused(error.detail) from None
    person = fetch_person(claims.workspace, claims.user)
    if person is None or not person.accepts(claims):
        raise refused("Invalid token")
    now, token_id = now_ms(), new_id()
    state = tables(claims.workspace).state
    if not sessions.advance(state, claims.session, claims.token_id, token_id, expires_ms=now + _refresh_ms()):
        raise refused("Invalid token: it was taken before, so its session has ended; sign in again")
    return _pair(person, claims.session, token_id, now)


def _pair(person: Person, session: str, refresh_id: str, now: int) -> SignedIn:
    now_s, secret = now // SECOND_MS, SECRET.value()
    access_s, refresh_s = settings().access_token_expire_minutes * 60, _refresh_ms() // SECOND_MS

    def token(kind: str, token_id: str, ttl_s: int) -> str:
        claims = Claims(person.user_id, person.workspace, session, token_id, stamp=person.stamp)
        return issue(kind, claims, person.role, secret=secret, now_s=now_s, ttl_s=ttl_s)

    access, refresh = token(ACCESS, new_id(), access_s), token(REFRESH, refresh_id, refresh_s)
    return SignedIn(access, refresh, access_s, refresh_s)


def _refresh_ms() -> int:
    return settings().refresh_token_expire_days * DAY_MS
