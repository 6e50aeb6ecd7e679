"""Signs a DynamoDB call (AWS Signature Version 4), for the few headers that our own calls send.

The rules: "Create a signed AWS API request", AWS Identity and Access Management user guide. A test holds them to
botocore's signer, which knows every service and every header and takes its time for it.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

SERVICE = "dynamodb"
JSON = "application/x-amz-json-1.0"
ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """An access key, its secret, and the session's token where there is one."""

    @property
    def access_key(self) -> str | None: ...
    @property
    def secret_key(self) -> str | None: ...
    @property
    def token(self) -> str | None: ...


def signed_headers(
    target: str, body: bytes, credentials: Credentials, *, host: str, region: str, now: datetime | None = None
) -> dict[str, str]:
    """The headers of a POST of `body` to `/`, signed at a moment (UTC); `target` names the operation."""
    time = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    headers = {"content-type": JSON, "host": host, "x-amz-date": time}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    headers["x-amz-target"] = target
    names = ";".join(headers)  # in the order of the alphabet already
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{time[:8]}/{region}/{SERVICE}/aws4_request"
    text = f"{ALGORITHM}\n{time}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(_signing_key(credentials.secret_key, time[:8], region), text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


@lru_cache(maxsize=4)
def _signing_key(secret: str | None, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
