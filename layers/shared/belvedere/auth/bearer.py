"""From a token to the person it was given to: our own (HS256), or a configured issuer's (RS256)."""

import asyncio

from belvedere.auth import people
from belvedere.auth.lookup import UNKNOWN_S
from belvedere.auth.people import Person, person_name
from belvedere.auth.secret import SECRET
from belvedere.auth.tokens import ACCESS, ALGORITHM, BadSignature, Claims, verify
from belvedere.clock import SECOND_MS, now_ms
from belvedere.errors import Unauthorized
from belvedere.settings import settings

TO_BE_SURE_S = 2  # a token tells whole seconds only, and clocks differ


async def person_of(token: str) -> tuple[Person, str]:
    """The person a token was given to, as the Directory knows them now, and the token's id. Raises Unauthorized."""
    ours = algorithm_of(token) == ALGORITHM
    claims = checked(ACCESS, token) if ours and SECRET.known else await asyncio.to_thread(claims_of, token)
    person = await _person(claims)
    if person is None or not person.accepts(claims):
        raise Unauthorized("Invalid token: its user is gone, switched off, or has signed out everywhere")
    return person, claims.token_id


async def _person(claims: Claims) -> Person | None:
    """The person as they are remembered; read anew where that one does not accept the token: a newer one may.

    Not where the record was just read, after the token was given: void tokens cannot be made into reads.
    """
    name = person_name(claims.workspace, claims.user)
    person = await people.MEMORY.found(name)
    if person is None or person.accepts(claims):
        return person
    age_s = people.MEMORY.age_s(name)
    if age_s is not None and age_s < UNKNOWN_S and claims.issued_s + TO_BE_SURE_S <= now_ms() / SECOND_MS - age_s:
        return person
    people.MEMORY.forget(name)
    return await people.MEMORY.found(name)


def claims_of(token: str) -> Claims:
    """What an access token says, by whichever algorithm it may be signed with. Blocking. Raises Unauthorized."""
    if algorithm_of(token) == ALGORITHM:
        return checked(ACCESS, token)
    from belvedere.auth.external import claims_of_issuer

    return claims_of_issuer(token, settings())


def checked(kind: str, token: str) -> Claims:
    """What a token of ours says; the secret is read again when the signature does not fit."""
    try:
        return verify(kind, token, secret=SECRET.value())
    except BadSignature:
        if not SECRET.changed():
            raise
        return verify(kind, token, secret=SECRET.value())


def algorithm_of(token: str) -> str:
    """The algorithm that a token claims: HS256, or RS256 where an issuer is configured. Raises Unauthorized."""
    import jwt

    try:
        claimed = jwt.get_unverified_header(token).get("alg")
    except jwt.InvalidTokenError:
        raise Unauthorized("Invalid token") from None
    if claimed == ALGORITHM or (claimed == "RS256" and settings().jwt_jwks_url):
        return str(claimed)
    raise Unauthorized("Invalid token: it is signed in a way that is not taken here")
