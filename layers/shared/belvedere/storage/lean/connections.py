"""Open HTTP connections to one service, shared by all threads: each is used for one exchange at a time."""

import functools
import http.client
import os
import select
import socket
import ssl
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit


class ServiceConnections:
    """The connections to one address; `connect_s` and `read_s` are how long to wait for it."""

    def __init__(self, url: str, *, connect_s: float, read_s: float) -> None:
        self.place = urlsplit(url)
        self._timeouts = (connect_s, read_s)
        self._idle: list[socket.socket] = []
        self._lock = threading.Lock()

    def open(self, count: int) -> None:
        """See that this many connections are open and idle. Raises OSError where none can be made."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            if ended(connection):
                connection.close()
            else:
                self._release(connection)
        for _ in range(count - len(self._idle)):
            self._release(self._connect())

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes | None]:
        """(status, content); no content where its checksum is not what was sent. Raises OSError, HTTPException."""
        request = _on_the_wire(self.place.path, headers, body)
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle:
            try:
                return self._exchange(idle, request)
            except TimeoutError:  # it is there, and slow: a second try would only take as long
                idle.close()
                raise
            except (OSError, http.client.HTTPException):
                idle.close()  # it may have been ended while nobody used it: once more, over a new one
        return self._exchange(self._connect(), request)

    def _exchange(self, connection: socket.socket, request: bytes) -> tuple[int, bytes | None]:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection, method="POST")
        response.begin()
        content = response.read()
        if not response.will_close:
            self._release(connection)
        checksum = response.getheader("x-amz-crc32")
        return response.status, content if checksum is None or int(checksum) == zlib.crc32(content) else None

    def _release(self, connection: socket.socket) -> None:
        with self._lock:
            self._idle.append(connection)

    def _connect(self) -> socket.socket:
        """A new connection."""
        connect_s, read_s = self._timeouts
        secure = self.place.scheme == "https"
        host = str(self.place.hostname)
        connection = socket.create_connection((host, self.place.port or (443 if secure else 80)), connect_s)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            connection = trusted_context().wrap_socket(connection, server_hostname=host)
        connection.settimeout(read_s)
        return connection


def ended(connection: socket.socket) -> bool:
    """Has the service ended a connection that nobody uses? Then it can be read: the end of it."""
    return bool(select.select([connection], [], [], 0)[0])


@functools.cache
def trusted_context() -> ssl.SSLContext:
    """TLS that trusts those whom botocore trusts; the system's authorities where botocore does not say who they are."""
    bundle = os.environ.get("AWS_CA_BUNDLE")
    with suppress(ImportError):
        from botocore.httpsession import get_cert_path

        bundle = bundle or get_cert_path(True)
    return ssl.create_default_context(cafile=bundle)


def _on_the_wire(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A whole request, so that it leaves in one piece."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body
