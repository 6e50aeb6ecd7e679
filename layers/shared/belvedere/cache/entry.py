"""A finished answer as it is kept, and as the Cache table stores it."""

import zlib
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import orjson

from belvedere.clock import SECOND_MS
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key

COMPRESS_OVER = 1_024
STORED_AT_MOST = 350_000
_PLAIN, _DEFLATED = b"p", b"z"


class Computed(msgspec.Struct, frozen=True):
    """What an endpoint has worked out: the answer, the part of it that means something, and how it came about.

    A payload that is a list has no room for anything beside it: it is answered as `CachedAnswer.plain`. `inexact` is
    from when to when its numbers are inexact (`start`, `end`), if they are.
    """

    payload: Mapping[str, Any] | Sequence[Any]
    etag_source: Any
    explain: Mapping[str, Any] | None = None
    inexact: Mapping[str, str] | None = None


class CacheEntry(msgspec.Struct, frozen=True, array_like=True):
    """A kept answer. Moments are epoch milliseconds; `computed_at` is from before its rows were read.

    `inexact` is the stretch of time in which its numbers are inexact, as ISO 8601 has it; "" for none.
    """

    body: bytes
    explain: bytes
    digest: bytes
    computed_at: int
    soft: int
    hard: int
    version: str
    settled: bool
    tags: tuple[str, ...] = ()
    inexact: str = ""

    @property
    def size(self) -> int:
        """About the bytes it takes in memory."""
        return len(self.body) + len(self.explain) + sum(map(len, self.tags)) + 500


def dumped(value: Any) -> bytes:
    """Finished JSON bytes."""
    return orjson.dumps(value, default=msgspec.to_builtins)


def digest_of(etag_source: Any) -> bytes:
    """The same bytes for the same meaning, whatever the order of keys; what the ETag is made of."""
    content = orjson.dumps(etag_source, default=msgspec.to_builtins, option=orjson.OPT_SORT_KEYS)
    return blake2b(content, digest_size=16).digest()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CacheEntry)


def packed(entry: CacheEntry) -> bytes:
    """The bytes that are stored, compressed where it helps."""
    plain = _encoder.encode(entry)
    return _PLAIN + plain if len(plain) <= COMPRESS_OVER else _DEFLATED + zlib.compress(plain)


def unpacked(data: bytes) -> CacheEntry:
    """The entry of stored bytes. Raises ValueError (msgspec's or ours) or zlib.error on anything else."""
    if data[:1] == _DEFLATED:
        return _decoder.decode(zlib.decompress(data[1:]))
    if data[:1] == _PLAIN:
        return _decoder.decode(data[1:])
    raise ValueError("not a stored answer")


def item_of(key: Key, entry: CacheEntry, data: bytes) -> Item:
    """The table's item; its tags are legible, so that a sweep need not unpack it."""
    tags = orjson.dumps(entry.tags).decode()
    return {"pk": key.pk, "sk": key.sk, "entry": data, "tags": tags, "expires": entry.hard // SECOND_MS + 1}
