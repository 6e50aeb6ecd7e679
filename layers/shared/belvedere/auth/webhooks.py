"""Who a webhook is from: it is signed with a secret that only its sender and this deployment know.

Each workspace has a secret of its own, derived from one in Secrets Manager with HMAC-SHA-256 (RFC 2104) under the
workspace's name. So none is stored, none says anything of another, and a new value in Secrets Manager renews them all.
"""

import hmac
from hashlib import sha256

from belvedere.auth.secret import SigningSecret, stored_secret
from belvedere.errors import Unauthorized, Unavailable
from belvedere.settings import DEVELOPMENT_SECRET, Settings, settings

HEADER = "X-Hub-Signature-256"
SCHEME = "sha256="
CHALLENGE = {"WWW-Authenticate": f'HMAC-SHA256 header="{HEADER}"'}
MISSING = f"{HEADER}: is required; set the workspace's webhook secret where the webhook is sent from"
WRONG = f"{HEADER}: is not the signature of this body with this workspace's webhook secret"


def read_master(given: Settings | None = None) -> str:
    """What this deployment's secrets are derived from: in development, where none is set, a public one. Blocking."""
    given = given or settings()
    if given.webhook_secret_arn:
        return stored_secret(given.webhook_secret_arn, given)
    return given.webhook_secret or (DEVELOPMENT_SECRET if given.development else "")


MASTER = SigningSecret(read_master)


def derived(master: str, workspace: str) -> str:
    """The webhook secret of a workspace: 64 characters, to be given to whoever sends."""
    return hmac.new(master.encode(), f"webhooks of {workspace}".encode(), sha256).hexdigest()


def signature(secret: str, body: bytes) -> str:
    """The value of the header, for a body as it is sent."""
    return SCHEME + hmac.new(secret.encode(), body, sha256).hexdigest()


def verify(workspace: str, body: bytes, given: str | None) -> None:
    """Raises Unauthorized unless the workspace's secret made this signature, Unavailable without secrets. Blocking."""
    if not given:
        raise Unauthorized(MISSING, headers=CHALLENGE)
    if _is_signed(workspace, body, given) or (MASTER.changed() and _is_signed(workspace, body, given)):
        return
    raise Unauthorized(WRONG, headers=CHALLENGE)


def _is_signed(workspace: str, body: bytes, given: str) -> bool:
    master = MASTER.value()
    if not master:
        raise Unavailable("webhooks: this deployment has no WEBHOOK_SECRET_ARN and no WEBHOOK_SECRET")
    return hmac.compare_digest(signature(derived(master, workspace), body).encode(), given.strip().encode())
