"""Sends frames to open connections of a WebSocket API, and ends them, without botocore's way around each call: a large
audience is hundreds of calls, of which botocore takes a millisecond of processor time each.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import http.client
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from belvedere.storage.lean.connections import trusted_context
from belvedere.storage.lean.signing import signed_request

if TYPE_CHECKING:
    from botocore.credentials import Credentials

OCTETS = "application/octet-stream"
BROKEN = (OSError, http.client.HTTPException)


class ConnectionsApi:
    """One stage's connections; kept lines are shared by all threads. A call is tried once: the next push goes on."""

    def __init__(self, url: str, region: str, credentials: "Credentials", *, wait_s: float) -> None:
        self._place = urlsplit(url.rstrip("/"))
        self._region = region
        self._credentials = credentials
        self._wait_s = wait_s
        self._kept: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def post(self, connection_id: str, payload: bytes) -> int:
        """Send one frame: the status it was answered with. Raises OSError or HTTPException."""
        return self._call("POST", connection_id, payload)

    def end(self, connection_id: str) -> int:
        """Have API Gateway close a connection; the rest as with `post`."""
        return self._call("DELETE", connection_id, b"")

    def _call(self, method: str, connection_id: str, payload: bytes) -> int:
        path = f"{self._place.path}/%40connections/{quote(connection_id, safe='')}"
        headers = signed_request(
            method, "execute-api", path, {"content-type": OCTETS}, payload, self._credentials.get_frozen_credentials(),
            host=self._place.netloc, region=self._region,
        )  # fmt: skip
        with self._lock:
            line = self._kept.pop() if self._kept else None
        if line is not None:
            try:
                return self._exchanged(line, method, path, payload, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                line.close()  # it was closed while nobody used it: once more, over a new one
        return self._exchanged(self._line(), method, path, payload, headers)

    def _exchanged(
        self, line: http.client.HTTPConnection, method: str, path: str, payload: bytes, headers: dict[str, str]
    ) -> int:
        try:
            line.request(method, path, payload, headers)
            answer = line.getresponse()
            answer.read()
        except BROKEN:
            line.close()
            raise
        with self._lock:
            self._kept.append(line)
        return answer.status

    def _line(self) -> http.client.HTTPConnection:
        host, port = str(self._place.hostname), self._place.port
        if self._place.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._wait_s, context=trusted_context())
        return http.client.HTTPConnection(host, port, timeout=self._wait_s)


def busy(status: int) -> bool:
    """Does a status say that API Gateway has too much to do?"""
    return status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
