"""Requests as API Gateway's HTTP API hands them to Lambda (payload format 2.0), and answers read back."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from belvedere.http import Endpoint

GATEWAY_ID = "JKJaXmPLvHcESHA="


@dataclass
class Context:
    """The part of a Lambda context that is used."""

    function_name: str = "a-function"
    memory_limit_in_mb: str | int = 512
    aws_request_id: str = "aws-1"
    left_ms: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


@dataclass
class Answer:
    """An answer with its body decoded from API Gateway's form."""

    status: int
    headers: dict[str, str]
    body: bytes
    base64: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def request(
    path: str = "/thing",
    *,
    method: str = "GET",
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    as_base64: bool = False,
) -> dict[str, Any]:
    """An HTTP API event."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers or {},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.7", "userAgent": "test"},
            "requestId": GATEWAY_ID,
        },
        "isBase64Encoded": as_base64,
    }
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if as_base64 else body.decode()
    return event


def ask(endpoint: Endpoint, path: str = "/thing", **parts: Any) -> Answer:
    """Send one request through an endpoint's Lambda handler."""
    return sent(endpoint, Context(), path, **parts)


def sent(endpoint: Endpoint, context: Context, path: str = "/thing", **parts: Any) -> Answer:
    """The same, in a context of the test's own."""
    answered = endpoint.handler(request(path, **parts), context)
    text, encoded = answered.get("body", ""), answered["isBase64Encoded"]
    body = base64.b64decode(text) if encoded else text.encode()
    return Answer(answered["statusCode"], answered["headers"], body, encoded)
