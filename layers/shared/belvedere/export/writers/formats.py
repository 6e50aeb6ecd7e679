"""The table of formats. A further one is a module beside this one and a row here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from belvedere.errors import Invalid
from belvedere.export.columns import Column
from belvedere.export.writers import csv_file, excel_file, json_array, json_lines, parquet_file
from belvedere.export.writers.row_lines import RowLinesWriter
from belvedere.export.writers.text_file import Framing, TextFormat, TextWriter
from belvedere.export.writers.writer import DEFAULTS, Writer, WriterOptions

GZIP_MEDIA_TYPE = "application/gzip"

Merge = Callable[[Iterable[BinaryIO], BinaryIO, Sequence[Column], WriterOptions], int]


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format: how its files are called, who writes a file and a part of one, and how parts become a file.

    Parts of a format with `framing` are put one behind the other inside of it; those of one with `merge` are read and
    written anew.
    """

    name: str
    extension: str
    media_type: str
    writer: Callable[[WriterOptions], Writer]
    part_writer: Callable[[WriterOptions], Writer]
    framing: Callable[[Sequence[Column], WriterOptions], Framing] | None = None
    merge: Merge | None = None
    options: tuple[str, ...] = ()


def text_format(name: str, form: TextFormat, extension: str, media_type: str, *options: str) -> Format:
    """A format whose parts are put one behind the other, and may be compressed."""
    return Format(
        name=name, extension=extension, media_type=media_type, framing=form.framing, options=("gzip", *options),
        writer=lambda options: TextWriter(form, options),
        part_writer=lambda options: TextWriter(form, options, framed=False),
    )  # fmt: skip


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        text_format("json", json_array, "json", "application/json"),
        text_format("ndjson", json_lines, "ndjson", "application/x-ndjson"),
        text_format("csv", csv_file, "csv", "text/csv; charset=utf-8", "bom", "headers"),
        Format(
            name="excel",
            extension="xlsx",
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            writer=excel_file.ExcelWriter,
            part_writer=RowLinesWriter,
            merge=excel_file.merge,
            options=("headers",),
        ),
        Format(
            name="parquet",
            extension="parquet",
            media_type="application/vnd.apache.parquet",
            writer=parquet_file.ParquetWriter,
            part_writer=parquet_file.ParquetWriter,
            merge=parquet_file.merge,
        ),
    )
}


def format_of(name: str) -> Format:
    """A format by its name. Raises Invalid naming those there are."""
    if name not in FORMATS:
        raise Invalid(f"format: {name!r:.60} is not one of {', '.join(FORMATS)}")
    return FORMATS[name]


def check_options(form: Format, options: WriterOptions) -> None:
    """Raises Invalid for an option that this format would not honour."""
    for field, name in (("compress", "gzip"), ("bom", "bom"), ("include_headers", "headers")):
        if getattr(options, name) != getattr(DEFAULTS, name) and name not in form.options:
            able = ", ".join(other.name for other in FORMATS.values() if name in other.options)
            raise Invalid(f"{field}: is for {able}; {form.name} has no such option")


def file_name(stem: str, form: Format, options: WriterOptions = DEFAULTS) -> str:
    """The name of a file, by which its content is known."""
    return f"{stem}.{form.extension}" + (".gz" if options.gzip else "")


def media_type(form: Format, options: WriterOptions = DEFAULTS) -> str:
    """The media type of a file."""
    return GZIP_MEDIA_TYPE if options.gzip else form.media_type


def writer_for(name: str, options: WriterOptions = DEFAULTS) -> Writer:
    """A writer of whole files. Raises Invalid."""
    form = format_of(name)
    check_options(form, options)
    return form.writer(options)


def part_writer_for(name: str, options: WriterOptions = DEFAULTS) -> Writer:
    """A writer of what one part hands to the assembling of the file. Raises Invalid."""
    form = format_of(name)
    check_options(form, options)
    return form.part_writer(options)


def framing(name: str, columns: Sequence[Column], options: WriterOptions = DEFAULTS) -> Framing | None:
    """What surrounds the parts of a file, compressed where they are; None for a format that merges its parts."""
    form = format_of(name)
    if form.framing is None:
        return None
    framed = form.framing(columns, options)
    return framed.compressed() if options.gzip else framed


def merge(
    name: str, parts: Iterable[BinaryIO], out: BinaryIO, columns: Sequence[Column], options: WriterOptions = DEFAULTS
) -> int:
    """Write one file of its parts, which are read in order and once, and return its rows. Blocking."""
    form = format_of(name)
    if form.merge is None:
        raise ValueError(f"parts of {name} are put one behind the other")
    return form.merge(parts, out, columns, options)
