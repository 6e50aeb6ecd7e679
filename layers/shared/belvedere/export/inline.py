"""A file as one answer: as much as a function's answer can carry, and a plain refusal beyond that.

Lambda answers at most 6 MB, in which text is carried as a JSON string and everything else as base64.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import orjson

from belvedere.errors import TooLarge
from belvedere.export.columns import Row, text_of
from belvedere.export.sheet import Sheet
from belvedere.export.writers import json_lines
from belvedere.export.writers.formats import format_of
from belvedere.export.writers.writer import WriterOptions

CARRIED_AT_MOST = 5_500_000  # of 6,291,556, which hold the headers, too
SPOOLED_AT_MOST = 48_000_000  # characters in a workbook's cells, before it is packed
FORMATS = ("json", "csv", "excel")


@dataclass(frozen=True)
class File:
    """A finished file."""

    content: bytes
    media_type: str
    extension: str


@dataclass(frozen=True, kw_only=True)
class InlineOptions:
    """How a sheet is written: `head` and `tail` surround the rows in JSON alone, `title` names Excel's sheet."""

    format: str
    title: str
    ask_for_less: str
    headers: bool = True
    head: Mapping[str, Any]
    tail: Callable[[], Mapping[str, Any]]


def write_inline(sheet: Sheet, options: InlineOptions) -> File:
    """The file. Raises TooLarge as soon as it is clear that no answer could carry it. Blocking."""
    form, less = format_of(options.format), options.ask_for_less
    if options.format == "json":
        return File(_json_object(sheet, options), form.media_type, form.extension)
    packed = options.format == "excel"
    rows = spooled(sheet, less) if packed else sheet.values()
    buffer = AnswerBuffer(less, binary=packed)
    writer = form.writer(WriterOptions(headers=options.headers, title=options.title))
    writer.open(cast(BinaryIO, buffer), sheet.columns)
    for row in rows:
        writer.write([row])
    writer.close()
    return File(buffer.content(), form.media_type, form.extension)


def _json_object(sheet: Sheet, options: InlineOptions) -> bytes:
    """One object, whose `data` is the rows; what is only known after them comes after them."""
    buffer = AnswerBuffer(options.ask_for_less)
    encode = json_lines.encoder(sheet.columns, WriterOptions())
    buffer.write(orjson.dumps(options.head)[:-1] + (b"," if options.head else b"") + b'"data":[')
    for number, row in enumerate(sheet.values()):
        buffer.write((b"," if number else b"") + encode([row])[:-1])
    rest = {**options.tail(), **sheet.facts()}
    buffer.write(b"]" + (b"," + orjson.dumps(rest)[1:] if rest else b"}"))
    return buffer.content()


class AnswerBuffer(io.BytesIO):
    """A file in memory that an answer can carry; `binary` content is carried as base64, and weighed when it is done."""

    def __init__(self, ask_for_less: str, *, binary: bool = False) -> None:
        super().__init__()
        self._less, self._binary, self._weight = ask_for_less, binary, 0

    def write(self, content: Any) -> int:
        """Add content. Raises TooLarge."""
        if not self._binary:
            self._weight += len(orjson.dumps(bytes(content).decode()))
            self._check(self._weight)
        return super().write(content)

    def content(self) -> bytes:
        """All of it. Raises TooLarge."""
        content = self.getvalue()
        if self._binary:
            self._check(len(content) * 4 // 3)
        return content

    def _check(self, weight: int) -> None:
        if weight > CARRIED_AT_MOST:
            raise too_large(self._less)


def spooled(sheet: Sheet, ask_for_less: str) -> Iterator[Row]:
    """The rows of a workbook, as long as they are not too many characters to write."""
    texts, characters = [text_of(column) for column in sheet.columns], 0
    for row in sheet.values():
        pairs = zip(texts, row, strict=True)
        characters += sum(len(text(value)) for text, value in pairs if value is not None)
        if characters > SPOOLED_AT_MOST:
            raise too_large(ask_for_less)
        yield row


def too_large(ask_for_less: str) -> TooLarge:
    """The refusal, which says how to ask for less."""
    return TooLarge(f"the export is larger than one answer can carry ({CARRIED_AT_MOST:,} bytes); {ask_for_less}")
