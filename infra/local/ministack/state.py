"""What is in a snapshot of MiniStack: the state of each service as MiniStack gives it, and what it leaves out.

It leaves out the records of DynamoDB streams. Here those that the mappings have still to hand on are saved with the
tables they came from, in order; restored, a mapping reads them from the first. A batch that was folded and not yet
counted as handed on comes a second time, which the fold's checkpoints are made for.
"""

import copy
import functools
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import dynamodb, lambda_svc

from infra.local import snapshots

LARGE = 64 * 1024  # bytes of this length and more are blobs
BLOB = "__blob__"
TAGS = ("__account_region_scoped__", "__scoped__", "__bytes__", BLOB)
STREAMS = "dynamodb_stream_records"
POSITIONS = "dynamodb_stream_positions"

logger = logging.getLogger(__name__)
Payloads = dict[str, Any]


def code() -> list[bytes]:
    """The code of functions and layers that is in memory."""
    return list(_large((lambda_svc._functions._data, lambda_svc._layers._data)))


def _large(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        if len(value) >= LARGE:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _large(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _large(inner)


def collect() -> Iterator[tuple[str, Any]]:
    """Each service's name with its state. Only for a process that does nothing else from then on: nothing is copied."""
    yield STREAMS, _unread()
    copy.deepcopy = lambda value, *_: value
    lambda_svc._externalize_code_zip = lambda *_: None
    lambda_svc._prune_orphan_code_blobs = lambda *_: None
    lambda_svc._dynamodb_stream_positions._data.clear()  # those of the streams as they are saved: from the first
    for service, state in app._build_persistence_save_dict().items():
        if (payload := state()) is not None:
            yield service, payload


def _unread() -> Any:
    """The records of each stream from the first that some mapping has still to hand on."""
    unread = type(dynamodb._stream_records)()
    for key, records in dynamodb._stream_records._data.items():
        trimmed = dynamodb._stream_trimmed._data.get(key, 0)
        unread._data[key] = records[max(0, min(_positions(key), default=0) - trimmed) :]
    return unread


def _positions(table: tuple[str, str, str]) -> Iterator[int]:
    """How far each mapping of a table's stream has come."""
    account, region, name = table
    for (owner, _, mapping), record in lambda_svc._esms._data.items():
        if record.get("EventSourceArn", "").startswith(f"arn:aws:dynamodb:{region}:{account}:table/{name}/stream/"):
            yield lambda_svc._dynamodb_stream_positions._data.get((owner, region, mapping), 0)


def encoded(service: str, payload: Any, digests: Mapping[int, str]) -> bytes:
    """The file of a service; bytes whose digests are known, by identity, are named by them."""

    def other(value: object) -> object:
        if isinstance(value, bytes) and (digest := digests.get(id(value))):
            return {BLOB: digest}
        return persistence._json_default(value)

    version = persistence._state_format_version(service)
    return json.dumps({"__ministack_format__": version, "payload": payload}, default=other).encode()


def decoded(snapshot: Path, service: str) -> Any:
    """A service's state. Raises OSError or ValueError when the snapshot is damaged or of a later MiniStack."""
    blob = functools.cache(functools.partial(snapshots.load_blob, snapshot.parent))

    def restored(value: dict[str, Any]) -> Any:
        if not any(tag in value and not isinstance(value[tag], dict) for tag in TAGS):
            return value  # an attribute of an item may be called like a tag; its value is a dict, a tag's never
        return blob(value[BLOB]) if BLOB in value else persistence._json_object_hook(value)

    said = json.loads((snapshot / f"{service}.json").read_bytes(), object_hook=restored)
    if said["__ministack_format__"] > persistence._state_format_version(service):
        raise ValueError(f"{service} was saved by a later version of the emulator")
    return said["payload"]


def read(snapshot: Path) -> Payloads:
    """A whole snapshot. Raises OSError or ValueError when anything of it cannot be read."""
    if not (services := snapshots.manifest(snapshot).services):
        raise ValueError("it has no services")
    try:
        return {service: decoded(snapshot, service) for service in services}
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def restore(payloads: Payloads) -> None:
    """Have MiniStack's start load these, or what it saved itself, where there is no snapshot yet."""
    snapshot = bool(payloads)
    if snapshot:
        dynamodb._stream_records.update(payloads.pop(STREAMS, {}))

    def load(service: str) -> Any:
        payload = payloads.pop(service, None) if snapshot else persistence.load_state(service)
        if payload and POSITIONS in payload:
            payload[POSITIONS] = {}
        return payload

    app.load_state = load
