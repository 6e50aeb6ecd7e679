"""Signs our own calls of AWS (AWS Signature Version 4), for the few headers that they send.

The rules: "Create a signed AWS API request", AWS Identity and Access Management user guide. A test holds them to
botocore's signer, which knows every service and every header and takes its time for it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

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
    """The headers of a POST of `body` to DynamoDB, signed at a moment (UTC); `target` names the operation."""
    more = {"content-type": JSON, "x-amz-target": target}
    return signed_request("POST", "dynamodb", "/", more, body, credentials, host=host, region=region, now=now)


def signed_request(
    method: str, service: str, path: str, more: Mapping[str, str], body: bytes, credentials: Credentials, *,
    host: str, region: str, now: datetime | None = None,
) -> dict[str, str]:  # fmt: skip
    """The headers of a request to a service at a path (as it is sent, encoded) with a `body`, and those in `more`."""
    time = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": host, "x-amz-date": time, **more}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    headers = dict(sorted(headers.items()))
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"{method}\n{quote(path, safe='/~')}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{time[:8]}/{region}/{service}/aws4_request"
    text = f"{ALGORITHM}\n{time}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = _signing_key(credentials.secret_key, time[:8], region, service)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


@lru_cache(maxsize=4)
def _signing_key(secret: str | None, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for scope in (day, region, service, "aws4_request"):
        key = hmac.digest(key, scope.encode(), "sha256")
    return key
