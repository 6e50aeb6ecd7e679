"""Query, GetItem and BatchGetItem of a client, signed, sent and parsed over its own open connections.

A lean call is tried once. Whatever is not a whole, plain answer (an error of the service, a broken connection, a
checksum that differs) is left to botocore, which asks again with its own retries, back-off and errors: a read may be
repeated. So there is no second set of rules about what may be retried and what an error looks like.
"""

import functools
import http.client
import random
import time
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from belvedere.storage.lean.connections import ServiceConnections
from belvedere.storage.lean.parsing import restored
from belvedere.storage.lean.self_check import modules_have
from belvedere.storage.lean.signing import signed_headers
from belvedere.storage.meter import current_meter

if TYPE_CHECKING:
    from botocore.credentials import Credentials

METHODS = {"Query": "query", "GetItem": "get_item", "BatchGetItem": "batch_get_item"}
FIRST_PAUSE_S = 0.05
TARGET = "DynamoDB_20120810"
COUNTED = {"ReturnConsumedCapacity": "TOTAL"}

Answer = dict[str, Any]


class LeanReads:
    """The lean way to one client's table service."""

    def __init__(self, client: Any, credentials: "Credentials", *, connect_s: float, read_s: float) -> None:
        self._events = client.meta.events
        self._url = client.meta.endpoint_url.rstrip("/") + "/"
        self._region = client.meta.region_name
        self._credentials = credentials
        self.connections = ServiceConnections(self._url, connect_s=connect_s, read_s=read_s)

    def read(self, operation: str, otherwise: Callable[..., Answer], **request: Any) -> Answer:
        """One read; `otherwise` is botocore's method for it."""
        body = orjson.dumps({**COUNTED, **request}, default=_wired)
        answer = None if self._intercepted(operation, body) else self._attempt(operation, body)
        if answer is None:
            return otherwise(**request)
        if meter := current_meter():
            meter.record(operation, answer)
        return answer

    def _attempt(self, operation: str, body: bytes) -> Answer | None:
        """The parsed answer, or None where botocore should ask."""
        credentials, host = self._credentials.get_frozen_credentials(), self.connections.place.netloc
        headers = signed_headers(f"{TARGET}.{operation}", body, credentials, host=host, region=self._region)
        try:
            status, content = self.connections.post(headers, body)
        except (OSError, http.client.HTTPException):
            return None
        if status != http.HTTPStatus.OK:
            time.sleep(FIRST_PAUSE_S * random.random())
            return None
        return restored(operation, orjson.loads(content)) if content is not None else None

    def _intercepted(self, operation: str, body: bytes) -> bool:
        """Does somebody stand between the client and the network, as a test's pretended service does?"""
        from botocore.awsrequest import AWSPreparedRequest

        headers: Any = {"X-Amz-Target": f"{TARGET}.{operation}"}
        request = AWSPreparedRequest("POST", self._url, headers, body, False)
        handlers = self._events.emit(f"before-send.dynamodb.{operation}", request=request)
        return any(response is not None for _, response in handlers)


def lean(client: Any, credentials: "Credentials | None", *, connect_s: float, read_s: float) -> Any:
    """The client itself, its reads gone lean; left as it is where a proxy has to be gone through, and where botocore
    lacks a part that this needs.

    A lean client can open connections ahead (`open_lines`).
    """
    if credentials is None or not modules_have("reads") or _proxied(client.meta.endpoint_url):
        return client
    reads = LeanReads(client, credentials, connect_s=connect_s, read_s=read_s)
    for operation, method in METHODS.items():
        setattr(client, method, functools.partial(reads.read, operation, getattr(client, method)))
    client.open_lines = reads.connections.open
    return client


def _proxied(url: str) -> bool:
    from botocore.utils import get_environ_proxies

    # NO_PROXY alone is listed there too
    return bool({urlsplit(url).scheme, "all"} & get_environ_proxies(url).keys())


def _wired(value: Any) -> str:
    """A binary as the wire has it."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no attribute's value")
