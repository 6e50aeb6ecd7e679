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
    """One stage's connections, over lines that all threads share. A call is tried once: the next push goes on."""

    def __init__(self, url: str, region: str, credentials: "Credentials", *, wait_s: float) -> None:
        self._place = urlsplit(url.rstrip("/"))
        self._region = region
        self._credentials = credentials
        self._wait_s = wait_s
        self._idle: list[http.client.HTTPConnection] = []
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
            connection = self._idle.pop() if self._idle else None
        if connection is not None:
            try:
                return self._exchange(connection, method, path, payload, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                connection.close()  # it was closed while nobody used it: once more, over a new one
        return self._exchange(self._connect(), method, path, payload, headers)

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, path: str, payload: bytes, headers: dict[str, str]
    ) -> int:
        try:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            answer.read()
        except BROKEN:
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)
        return answer.status

    def _connect(self) -> http.client.HTTPConnection:
        host, port = str(self._place.hostname), self._place.port
        if self._place.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._wait_s, context=trusted_context())
        return http.client.HTTPConnection(host, port, timeout=self._wait_s)


def busy(status: int) -> bool:
    """Does a status say that API Gateway has too much to do?"""
    return status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
