"""Reads of DynamoDB without botocore's way around each call: Query, GetItem and BatchGetItem over kept connections.

A lean call is tried once. Whatever is not a whole, plain answer (an error of the service, a broken connection, a
checksum that differs) is left to botocore, which asks again with its own retries, back-off and errors: a read may be
repeated. So there is no second set of rules about what may be retried and what an error looks like.
"""

import functools
import http.client
import os
import random
import select
import socket
import ssl
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from belvedere.storage.meter import current_meter
from belvedere.storage.parsing import restored
from belvedere.storage.signing import signed_headers

if TYPE_CHECKING:
    from botocore.credentials import Credentials

METHODS = {"Query": "query", "GetItem": "get_item", "BatchGetItem": "batch_get_item"}
FIRST_PAUSE_S = 0.05
TARGET = "DynamoDB_20120810"
COUNTED = {"ReturnConsumedCapacity": "TOTAL"}

Answer = dict[str, Any]


class LeanReads:
    """The lean way to one client's table service; its kept connections are shared by all threads."""

    def __init__(self, client: Any, credentials: "Credentials", *, connect_s: float, read_s: float) -> None:
        self._events = client.meta.events
        self._url = client.meta.endpoint_url.rstrip("/") + "/"
        self._region = client.meta.region_name
        self._credentials = credentials
        self._timeouts = (connect_s, read_s)
        self._place = urlsplit(self._url)
        self._kept: list[socket.socket] = []
        self._lock = threading.Lock()

    def open_lines(self, count: int) -> None:
        """See that this many connections are open and nobody uses them. Raises OSError where none can be made."""
        with self._lock:
            kept, self._kept = self._kept, []
        for line in kept:
            if _ended(line):
                line.close()
            else:
                self._keep(line)
        for _ in range(count - len(self._kept)):
            self._keep(self._connected())

    def read(self, operation: str, otherwise: Callable[..., Answer], **request: Any) -> Answer:
        """One read; `otherwise` is botocore's method for it."""
        body = orjson.dumps({**COUNTED, **request}, default=_wired)
        answer = None if self._intercepted(operation, body) else self._asked(operation, body)
        if answer is None:
            return otherwise(**request)
        if meter := current_meter():
            meter.record(operation, answer)
        return answer

    def _asked(self, operation: str, body: bytes) -> Answer | None:
        """The parsed answer, or None where botocore should ask."""
        try:
            status, content = self._sent(operation, body)
        except (OSError, http.client.HTTPException):
            return None
        if status != http.HTTPStatus.OK:
            time.sleep(FIRST_PAUSE_S * random.random())
            return None
        return restored(operation, orjson.loads(content)) if content is not None else None

    def _sent(self, operation: str, body: bytes) -> tuple[int, bytes | None]:
        """(status, content); no content where its checksum is not what was sent. Raises OSError, HTTPException."""
        frozen = self._credentials.get_frozen_credentials()
        headers = signed_headers(f"{TARGET}.{operation}", body, frozen, host=self._place.netloc, region=self._region)
        request = _on_the_wire(self._place.path, headers, body)
        with self._lock:
            kept = self._kept.pop() if self._kept else None
        if kept:
            try:
                return self._exchanged(kept, request)
            except TimeoutError:  # it is there, and slow: a second try would only take as long
                kept.close()
                raise
            except (OSError, http.client.HTTPException):
                kept.close()  # it may have been ended while nobody used it: once more, over a new one
        return self._exchanged(self._connected(), request)

    def _exchanged(self, line: socket.socket, request: bytes) -> tuple[int, bytes | None]:
        line.sendall(request)
        response = http.client.HTTPResponse(line, method="POST")
        response.begin()
        content = response.read()
        if not response.will_close:
            self._keep(line)
        checksum = response.getheader("x-amz-crc32")
        return response.status, content if checksum is None or int(checksum) == zlib.crc32(content) else None

    def _keep(self, line: socket.socket) -> None:
        with self._lock:
            self._kept.append(line)

    def _connected(self) -> socket.socket:
        """A new connection."""
        connect_s, read_s = self._timeouts
        secure = self._place.scheme == "https"
        host = str(self._place.hostname)
        line = socket.create_connection((host, self._place.port or (443 if secure else 80)), connect_s)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            line = _trusting().wrap_socket(line, server_hostname=host)
        line.settimeout(read_s)
        return line

    def _intercepted(self, operation: str, body: bytes) -> bool:
        """Does somebody stand between the client and the network, as a test's pretended service does?"""
        from botocore.awsrequest import AWSPreparedRequest

        headers: Any = {"X-Amz-Target": f"{TARGET}.{operation}"}
        request = AWSPreparedRequest("POST", self._url, headers, body, False)
        handlers = self._events.emit(f"before-send.dynamodb.{operation}", request=request)
        return any(response is not None for _, response in handlers)


def lean(client: Any, credentials: "Credentials | None", *, connect_s: float, read_s: float) -> Any:
    """The client itself, its reads gone lean; left as it is where a proxy has to be gone through.

    A lean client can open connections ahead (`open_lines`).
    """
    from botocore.utils import get_environ_proxies

    url = client.meta.endpoint_url
    proxied = {urlsplit(url).scheme, "all"} & get_environ_proxies(url).keys()  # NO_PROXY alone is listed there too
    if credentials is None or proxied:
        return client
    reads = LeanReads(client, credentials, connect_s=connect_s, read_s=read_s)
    for operation, method in METHODS.items():
        setattr(client, method, functools.partial(reads.read, operation, getattr(client, method)))
    client.open_lines = reads.open_lines
    return client


def _ended(line: socket.socket) -> bool:
    """Has the service ended a connection that nobody uses? Then it can be read: the end of it."""
    return bool(select.select([line], [], [], 0)[0])


def _on_the_wire(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A whole request, so that it leaves in one piece."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body


def _wired(value: Any) -> str:
    """A binary as the wire has it."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no attribute's value")


@functools.cache
def _trusting() -> ssl.SSLContext:
    """Trust those whom botocore trusts."""
    from botocore.httpsession import get_cert_path

    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or get_cert_path(True))
