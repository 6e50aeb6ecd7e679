"""The traces of a file, one after the other, as objects.

JSON: an object a line, an array a line, or documents over many lines (an array, or objects that stand one behind the
other, as OpenTelemetry prints spans). An object may be an envelope: OTLP's (`resourceSpans`), or one that begins with a
list under `data` or `spans`. CSV: a row is a trace, its header names the keys.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from belvedere_cli.imports.lines import Lines
from belvedere_cli.imports.source import Record, open_source

CSV = ".csv"
ENVELOPE = re.compile(rb'\{\s*"(resourceSpans|data|spans)"\s*:\s*\[')
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Found(NamedTuple):
    """A trace, where it was found, and how much of the file is read with it."""

    place: str
    record: Record
    position: int


class _Scope(msgspec.Struct):
    spans: list[msgspec.Raw] = []


class _Resource(msgspec.Struct):
    scopeSpans: list[_Scope] = []


class _Envelope(msgspec.Struct):
    resourceSpans: list[_Resource] | None = None
    data: list[msgspec.Raw] | None = None
    spans: list[msgspec.Raw] | None = None


_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, Any])
_envelope = msgspec.json.Decoder(_Envelope)


def traces_of(path: Path, stream: BinaryIO) -> Iterator[Found]:
    """All traces of a file that begins where the stream is. Raises UsageError on CSV without a header."""
    if path.suffix.lower() == CSV:
        source = open_source(path, stream)
        for record in source.records:
            raw = msgspec.json.encode(record.row)
            yield Found(f"{path.name}:{record.line}", record._replace(raw=raw), source.position)
        return
    if (documents := _whole(stream)) is not None:
        size = path.stat().st_size
        for number, raw in enumerate(documents, start=1):
            yield Found(f"{path.name}[{number}]", _record(number, raw), size)
        return
    lines = Lines(stream)
    for text in lines:
        lines.mark()
        if line := text.encode("utf-8", "surrogateescape").strip():
            for raw in _traces(line):
                yield Found(f"{path.name}:{lines.number}", _record(lines.number, raw), lines.position)


def _whole(stream: BinaryIO) -> list[bytes] | None:
    """The traces of a file of documents over many lines; None, and nothing read, where its lines stand alone."""
    begin = next((line for line in stream if line.strip()), b"").removeprefix(codecs.BOM_UTF8).strip()
    stream.seek(0)
    if begin[:1] not in (b"[", b"{") or _stands_alone(begin):
        return None
    documents = _documents(stream.read().removeprefix(codecs.BOM_UTF8))
    stream.seek(0)
    return documents


def _stands_alone(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except UNREADABLE:
        return False
    return True


def _documents(text: bytes) -> list[bytes] | None:
    """The traces of all documents of a text; None where it does not consist of such."""
    try:
        rest, decoder, documents = text.decode().lstrip(), json.JSONDecoder(), list[bytes]()
        while rest:
            _, end = decoder.raw_decode(rest)
            documents += _traces(rest[:end].encode())
            rest = rest[end:].lstrip()
    except (ValueError, RecursionError):
        return None
    return documents


def _traces(text: bytes) -> list[bytes]:
    """The objects of a document: itself, the elements of its array, or what is in its envelope."""
    try:
        if text.startswith(b"["):
            return [trace for raw in _array.decode(text) for trace in _traces(bytes(raw))]
        if ENVELOPE.match(text):
            return _unwrapped(text) or [text]
    except UNREADABLE:
        pass  # whatever it is, it is one record
    return [text]


def _unwrapped(text: bytes) -> list[bytes]:
    """What is in an envelope. Raises DecodeError where it is none."""
    envelope = _envelope.decode(text)
    resources = envelope.resourceSpans or ()
    spans = [span for resource in resources for scope in resource.scopeSpans for span in scope.spans]
    return [bytes(raw) for raw in (*spans, *(envelope.data or ()), *(envelope.spans or ()))]


def _record(number: int, raw: bytes) -> Record:
    try:
        return Record(number, _object.decode(raw), raw=raw)
    except UNREADABLE as error:
        return Record(number, None, f"not a JSON object: {error}", raw)
