"""The step after the parts: makes the finished file of them, or an archive where it takes several files."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import msgspec

from belvedere.clock import iso
from belvedere.export.columns import Column
from belvedere.export.jobs.archive import Archive, Hashed
from belvedere.export.jobs.job import ExportFile, ExportJob
from belvedere.export.jobs.plan import read_plan
from belvedere.export.jobs.request import JobRequest, request_of
from belvedere.export.jobs.run import JobRun, Result, used
from belvedere.export.sources.data_type import Selection
from belvedere.export.sources.registry import data_type
from belvedere.export.writers.formats import file_name, format_of, framing, merge
from belvedere.storage.meter import metered

MERGED_ROWS = 2_000_000  # a file; what is more goes into further ones
EXCEL = "excel"


@dataclass(frozen=True)
class Output:
    """A file to be written: its name, the parts that it is made of, and its columns."""

    name: str
    title: str
    columns: Sequence[Column]
    parts: Sequence[int]


@dataclass
class Assembly:
    """Writes the files of one job, and counts how many of its parts it has read."""

    run: JobRun
    job: ExportJob
    request: JobRequest
    done: int = 0
    files: list[ExportFile] = field(default_factory=list)

    def write(self, output: Output, out: Any) -> None:
        """Write one file, and note what it is."""
        hashed, options = Hashed(out), self.request.options(output.title)
        if framed := framing(self.request.format, output.columns, options):
            joined_with(framed.separator, hashed, framed.head, self._texts(output.parts), framed.tail)
            rows = sum(self.job.part_rows[number] for number in output.parts)
        else:
            rows = merge(
                self.request.format, self._opened(output.parts), cast("BinaryIO", hashed), output.columns, options
            )
        self.files.append(ExportFile(name=output.name, sha256=hashed.sha256, rows=rows, bytes=hashed.bytes))

    def write_workbook(self, outputs: Sequence[Output], name: str, out: Any) -> None:
        """Write one workbook with a sheet for each data type."""
        from belvedere.export.writers.excel_file import SheetParts, merge_workbook

        hashed = Hashed(out)
        sheets = [SheetParts(sheet.title, sheet.columns, self._opened(sheet.parts)) for sheet in outputs]
        rows = sum(merge_workbook(sheets, cast("BinaryIO", hashed), self.request.options()))
        self.files.append(ExportFile(name=name, sha256=hashed.sha256, rows=rows, bytes=hashed.bytes))

    def _texts(self, parts: Iterable[int]) -> Iterator[Iterator[bytes]]:
        """The content of each part that has rows, in pieces."""
        for number in parts:
            if self.job.part_rows[number]:
                yield self.run.files.chunks(self.run.files.part_key(number))
            self._count()

    def _opened(self, parts: Iterable[int]) -> Iterator[BinaryIO]:
        """Each part as a file, one at a time."""
        for number in parts:
            with tempfile.TemporaryFile() as file:
                for chunk in self.run.files.chunks(self.run.files.part_key(number)):
                    file.write(chunk)
                file.seek(0)
                yield file
            self._count()

    def _count(self) -> None:
        self.done += 1
        percent = 100 * self.done // max(1, self.job.parts)
        if percent // 10 > 100 * (self.done - 1) // max(1, self.job.parts) // 10:
            self.run.change({"assembled": percent})


def assemble(run: JobRun) -> Result:
    """Make the finished file. Repeated, it makes the same again. Blocking."""
    started = time.perf_counter()
    with metered() as meter:
        job = run.job()
        request = request_of(job.request)
        assembly, listed = Assembly(run, job, request), outputs(run, job, request)
        with ExitStack() as stack:
            name = download_name(request, listed)
            upload = stack.enter_context(run.files.upload(run.files.file_key(name)))
            if request.format == EXCEL:
                assembly.write_workbook(listed, name, upload)
            elif len(listed) == 1:
                assembly.write(listed[0], upload)
            else:
                _archive(assembly, listed, upload)
    values = {"files": msgspec.json.encode(assembly.files).decode(), "download_name": name, "bytes": upload.bytes,
              "rows": sum(file.rows for file in assembly.files)}  # fmt: skip
    run.change(values, add=used(meter, started))
    return {}


def _archive(assembly: Assembly, listed: Sequence[Output], upload: Any) -> None:
    form, packed = format_of(assembly.request.format), not assembly.request.gzip
    with Archive(upload, compress=packed and form.framing is not None) as archive:
        for output in listed:
            with archive.member(output.name) as out:
                assembly.write(output, out)
        with archive.member("manifest.json") as out:
            out.write(manifest(assembly))


def manifest(assembly: Assembly) -> bytes:
    """What an archive holds, and of which range."""
    request = assembly.request
    content = {
        "job_id": assembly.job.job_id, "format": request.format, "data_types": request.names,
        "date_range": {"start": iso(request.start), "end": iso(request.end)}, "files": assembly.files,
    }  # fmt: skip
    return msgspec.json.encode(content)


def outputs(run: JobRun, job: ExportJob, request: JobRequest) -> list[Output]:
    """The files that the job's parts become: one a data type, more where it has more rows than one is to have."""
    form, options = format_of(request.format), request.options()
    listed: list[Output] = []
    plan = read_plan(run)
    for at, data in enumerate(request.data):
        columns = data_type(data.name).check(Selection.from_json(data.selection))
        parts = [number for number, (of_type, _) in enumerate(plan) if of_type == at]
        groups = [parts] if form.merge is None or request.format == EXCEL else grouped(parts, job.part_rows)
        for count, group in enumerate(groups, start=1):
            stem = data.name if len(groups) == 1 else f"{data.name}-{count:04d}"
            listed.append(Output(file_name(stem, form, options), data.name, columns, group))
    return listed


def grouped(parts: Sequence[int], rows: dict[int, int], most: int = MERGED_ROWS) -> list[list[int]]:
    """Parts by files of at most so many rows, in order; at least one file."""
    groups: list[list[int]] = [[]]
    filled = 0
    for number in parts:
        if groups[-1] and filled + rows[number] > most:
            groups.append([])
            filled = 0
        groups[-1].append(number)
        filled += rows[number]
    return groups


def joined_with(separator: bytes, out: Any, head: bytes, texts: Iterable[Iterable[bytes]], tail: bytes) -> None:
    """Head, the texts with a separator between them, and tail."""
    out.write(head)
    for count, text in enumerate(texts):
        if count and separator:
            out.write(separator)
        for chunk in text:
            out.write(chunk)
    out.write(tail)


def download_name(request: JobRequest, listed: Sequence[Output]) -> str:
    """The name of what is downloaded: data types, and the first and the last day."""
    first, last = iso(request.start)[:10], iso(request.end - 1)[:10]
    stem = f"{'_'.join(request.names) if len(request.names) < 4 else 'export'}_{first}_{last}"
    form = format_of(request.format)
    if len(listed) == 1 or request.format == EXCEL:
        return file_name(stem, form, request.options())
    return f"{stem}.zip"
