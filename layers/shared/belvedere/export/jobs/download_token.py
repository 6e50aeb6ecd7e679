"""The token in a download link: names one attempt of one job, and works for a quarter of an hour."""

from dataclasses import dataclass
from typing import Any

from belvedere.auth.tokens import ALGORITHM, ISSUER, LEEWAY_S
from belvedere.errors import Unauthorized

KIND = "download"
LIFE_S = 900
REFUSED = "token: this link is not valid, or no longer; read the job's status for a new one"


@dataclass(frozen=True, slots=True)
class Download:
    """What a token opens."""

    workspace: str
    job_id: str
    attempt: int


def sign(download: Download, *, secret: str, now_s: int) -> str:
    """A token for it, from now on."""
    import jwt

    claims = {
        "iss": ISSUER, "typ": KIND, "workspace": download.workspace, "job": download.job_id,
        "attempt": download.attempt, "iat": now_s, "exp": now_s + LIFE_S,
    }  # fmt: skip
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def verify(token: str, job_id: str, *, secret: str) -> Download:
    """What a token for this job opens. Raises Unauthorized for any other."""
    import jwt

    options: Any = {"require": ["iss", "typ", "workspace", "job", "attempt", "iat", "exp"]}
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], issuer=ISSUER, leeway=LEEWAY_S, options=options)
    except jwt.InvalidTokenError:
        raise Unauthorized(REFUSED) from None
    if (claims["typ"], claims["job"]) != (KIND, job_id):
        raise Unauthorized(REFUSED)
    return Download(str(claims["workspace"]), job_id, int(claims["attempt"]))
