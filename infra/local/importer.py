"""`belvedere import [MAPPING] FILE`: sends the rows of a file to a stack, as a client of `POST /v1/events`.

What is acknowledged is always a prefix of the file and is kept in a checkpoint, so an import that was stopped goes on
where it was. Exit code 0: every row was dealt with (bad ones are reported; with --strict they make it 1). 2: the
import could not start or not be delivered. 130: stopped by Ctrl-C.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from infra.local.directory_client import directory_client
from infra.local.event_client import EventClient
from infra.local.event_target import UsageError, add_target_arguments, admin_target_of, http_transport, target_of
from infra.local.event_wire import DeliveryError
from infra.local.import_concepts import concepts_of
from infra.local.import_display import display_for, summary
from infra.local.import_job import Import, prepare
from infra.local.import_source import open_source
from infra.local.mappings import MAPPINGS, RowMapping

STRICT_FAILURE, FAILURE, INTERRUPTED = 1, 2, 130


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    known = "; ".join(f"{mapping.name}: {mapping.summary}" for mapping in MAPPINGS.values())
    parser.add_argument("mapping", nargs="?", help=f"how to read the rows (default: told by the header). {known}")
    parser.add_argument("file", type=Path, help="CSV, or JSONL when named .jsonl or .ndjson")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a row is malformed or not taken")
    parser.add_argument("--restart", action="store_true", help="send the whole file, whatever was sent before")
    parser.add_argument("--register-concepts", action="store_true", help="then register the file's concepts by name")
    add_target_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out the command; returns its exit code."""
    console = Console(stderr=True)
    try:
        return asyncio.run(_run(args, console))
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        return INTERRUPTED
    except (UsageError, DeliveryError, OSError) as error:
        console.print(f"import failed: {error}", markup=False, highlight=False, soft_wrap=True)
        return FAILURE


async def _run(args: argparse.Namespace, console: Console) -> int:
    """Open the file and the connection, import, and sum up."""
    target = target_of(args.url, args.key, Path(args.state_dir))
    with args.file.open("rb") as stream:
        display = display_for(console, args.file.stat().st_size)
        source = open_source(args.file, stream)
        job = prepare(
            args.file, source, args.mapping, target,
            state_dir=Path(args.state_dir), restart=args.restart, display=display,
        )  # fmt: skip
        with _summed_up(job), display:
            async with http_transport(target) as transport:
                await job.send(source, EventClient(transport, target.key, on_retry=display.retrying))
    if args.register_concepts:
        console.print(await _register_concepts(args, job.mapping), markup=False, highlight=False, soft_wrap=True)
    return STRICT_FAILURE if args.strict and not job.tally.flawless else 0


async def _register_concepts(args: argparse.Namespace, mapping: RowMapping) -> str:
    """Register the concepts that the file names and the Directory does not know yet. Raises UsageError."""
    admin = admin_target_of(args.url, args.key, args.admin_key, Path(args.state_dir))
    if admin is None:
        raise UsageError("--register-concepts takes --admin-key")
    with args.file.open("rb") as stream:
        concepts = list(concepts_of(open_source(args.file, stream), mapping))
    async with directory_client(admin) as client:
        return f"concepts: {len(concepts)} in the file, {await client.add_concepts(concepts)} registered now"


@contextmanager
def _summed_up(job: Import) -> Iterator[None]:
    """End with the summary of what was acknowledged, also when the import is cut short."""
    began, sent_before = time.monotonic(), job.tally.sent
    try:
        yield
    finally:
        seconds = time.monotonic() - began
        per_second = (job.tally.sent - sent_before) / max(seconds, 0.001)
        Console().print(summary(f"{job.path.name} ({job.mapping.name})", job.tally.table(), seconds, per_second))
