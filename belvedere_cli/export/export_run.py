"""One export: has a job made, waits until it is finished, and puts its file where it is wanted.

The file is written under another name and gets its own when it is whole. Ctrl-C ends a job that is not finished.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from belvedere_cli.errors import CommandError
from belvedere_cli.export.export_client import ExportClient, RemoteJob
from belvedere_cli.sending.event_client import RetryPolicy
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Busy, DeliveryError

POLL_S, LONGEST_POLL_S, POLL_GROWTH = 0.5, 5.0, 1.3
NOT_DONE, INTERRUPTED = 2, 130
T = TypeVar("T")


@dataclass(frozen=True)
class FileExport:
    """What is exported and where to; `job` is the body of the request."""

    target: Target
    workspace: str
    job: Mapping[str, Any]
    output: Path


@dataclass
class ExportRun:
    """An export on its way; `sleep` waits so many seconds."""

    client: ExportClient
    progress: Progress
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    rng: random.Random = field(default_factory=random.Random)

    async def finish(self, job: RemoteJob) -> RemoteJob:
        """The job when it is finished; it is cancelled where the wait is. Raises DeliveryError."""
        bar, job_id, wait_s = self.progress.add_task("exporting", total=100), job.job_id, POLL_S
        try:
            while not job.finished:
                await self.sleep(wait_s)
                wait_s = min(LONGEST_POLL_S, wait_s * POLL_GROWTH)
                job = await self._patiently(lambda: self.client.job(job_id))
                self.progress.update(bar, completed=job.progress, description=job.status)
        except asyncio.CancelledError:
            with suppress(DeliveryError):
                await self.client.cancel(job_id)
            raise
        return job

    async def download(self, url: str, output: Path) -> int:
        """Put the file of a job in its place; its size. Raises DeliveryError and OSError."""
        partial = output.with_name(f"{output.name}.partial")
        try:
            size = await self._patiently(lambda: self._write(url, partial))
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        return size

    async def _write(self, url: str, partial: Path) -> int:
        """Write the file from its beginning."""
        size = 0
        bar = self.progress.add_task("downloading", total=None)
        with partial.open("wb") as stream:
            async with aclosing(self.client.content(url)) as content:
                async for chunk, total in content:
                    size += stream.write(chunk)
                    self.progress.update(bar, completed=size, total=total)
        self.progress.update(bar, completed=size, total=size)
        return size

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What the first attempt that succeeds comes to. Raises Refused, and Busy after the last one."""
        for number in range(1, self.policy.attempts):
            try:
                return await attempt()
            except Busy as busy:
                await self.sleep(self.policy.wait_s(number, busy.retry_after_s, self.rng))
        return await attempt()


def run(request: FileExport) -> int:
    """Carry out the command; returns its exit code. Raises CommandError."""
    if request.output.is_dir() or not request.output.parent.is_dir():
        raise CommandError(f"{request.output} is no place for a file", NOT_DONE)
    console = Console(stderr=True)
    try:
        print(asyncio.run(exported(request, console)))
    except KeyboardInterrupt:
        print("stopped; a job that was not finished is cancelled", file=sys.stderr)
        return INTERRUPTED
    except (DeliveryError, OSError) as error:
        raise CommandError(f"export failed: {error}", NOT_DONE) from error
    return 0


async def exported(
    request: FileExport, console: Console, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> str:
    """Export; what came of it, in a line. Raises DeliveryError, CommandError and OSError."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    async with ClientSession() as session:
        client = ExportClient(session, request.target, request.workspace)
        job = await client.start(request.job)
        with Progress(*columns, console=console) as progress:
            export = ExportRun(client, progress, sleep)
            job = await export.finish(job)
            if job.status != "completed" or not job.download_url:
                raise CommandError(_ending(job))
            size = await export.download(job.download_url, request.output)
    rows = "" if job.rows is None else f"{job.rows:,} rows, "
    return f"{request.output}: {rows}{size:,} bytes"


def _ending(job: RemoteJob) -> str:
    """Why a job has no file."""
    reason = job.error.get("detail", job.error) if isinstance(job.error, dict) else job.error
    return f"The export job {job.job_id} is {job.status}{f': {reason}' if reason else ', and has no file'}"
