"""A log of traces: JSON lines, an array on each line, or one array for the whole file."""

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from infra.local.imports.dead_letters import place_of
from infra.local.imports.feed import Feed, Reading, reading_of
from infra.local.imports.kinds import LITELLM
from infra.local.imports.lines import Lines
from infra.local.imports.mappings import Row
from infra.local.imports.repo import slug
from infra.local.imports.source import Record, digest_of
from infra.local.imports.traces.session import session_event
from infra.local.imports.traces.view import AUTO
from infra.local.sending.event_wire import WireEvent

ToEvent = Callable[[Row], WireEvent | None]

_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, Any])


@contextmanager
def feed(
    source: str, *, form: str | None = None, repo: str | None = None, dead_letter_dir: Path | None = None
) -> Iterator[Feed]:
    """The traces of a file. Raises UsageError and OSError."""
    path = Path(source)
    default_repo = slug(repo)

    def to_event(row: Row) -> WireEvent | None:
        return session_event(row, form=form or AUTO, default_repo=default_repo)

    digest = sha256(f"{digest_of(path)} {form or AUTO} {default_repo}".encode()).hexdigest()
    with path.open("rb") as stream:
        readings = _readings(path, stream, to_event)
        dead_letters = place_of(path, dead_letter_dir)
        yield Feed(path.name, LITELLM, digest, path.stat().st_size, readings, dead_letters)


def _readings(path: Path, stream: BinaryIO, to_event: ToEvent) -> Iterator[Reading]:
    """Each trace; in an array over many lines, the number of the trace stands for its line."""
    if (elements := _one_array(stream)) is not None:
        size = path.stat().st_size
        for number, raw in enumerate(elements, start=1):
            yield reading_of(f"{path.name}[{number}]", _record(number, raw), size, to_event)
        return
    lines = Lines(stream)
    for text in lines:
        lines.mark()
        if line := text.encode("utf-8", "surrogateescape").strip():
            for raw in _traces(line):
                yield reading_of(f"{path.name}:{lines.number}", _record(lines.number, raw), lines.position, to_event)


def _one_array(stream: BinaryIO) -> list[bytes] | None:
    """The elements of a file that is an array of more than one line; None, and nothing read, where it is not."""
    begin = next((line for line in stream if line.strip()), b"").removeprefix(codecs.BOM_UTF8).strip()
    stream.seek(0)
    if not begin.startswith(b"[") or _elements(begin) is not None:
        return None
    elements = _elements(stream.read().removeprefix(codecs.BOM_UTF8))
    stream.seek(0)
    return elements


def _elements(text: bytes) -> list[bytes] | None:
    """The elements of an array; None where the text is none."""
    try:
        return [bytes(raw) for raw in _array.decode(text)]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _traces(line: bytes) -> list[bytes]:
    """The objects of a line: itself, or the elements of its array."""
    elements = _elements(line) if line.startswith(b"[") else None
    return [line] if elements is None else elements


def _record(number: int, raw: bytes) -> Record:
    try:
        return Record(number, _object.decode(raw), raw=raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Record(number, None, f"not a JSON object: {error}", raw)
