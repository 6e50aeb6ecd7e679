"""JSON: one array of objects, one a line; each as in NDJSON."""

from collections.abc import Sequence

from belvedere.export.columns import Column, Row
from belvedere.export.writers import json_lines
from belvedere.export.writers.text_file import Encode, Framing
from belvedere.export.writers.writer import WriterOptions


def framing(_columns: Sequence[Column], _options: WriterOptions) -> Framing:
    """The brackets of the array and the commas between its parts."""
    return Framing(b"[\n", b",\n", b"\n]\n")


def encoder(columns: Sequence[Column], options: WriterOptions) -> Encode:
    """Writes rows as objects with commas between them."""
    lines = json_lines.encoder(columns, options)

    def encode(rows: list[Row]) -> bytes:
        return lines(rows)[:-1].replace(b"\n", b",\n")  # encoded text has no line break of its own

    return encode
