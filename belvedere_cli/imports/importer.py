"""`belvedere import [KIND] SOURCE`: sends what a source holds to a stack, as a client of `POST /v1/events`.

What is acknowledged is always a prefix of the source and is kept in a checkpoint, so an import that was stopped goes on
where it was. Exit code 0: every row was dealt with (bad ones are reported; with --strict they make it 1). 2: the
import could not start or not be delivered. 130: stopped by Ctrl-C.
"""

import argparse
import asyncio
import importlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rich.console import Console

from belvedere_cli.imports.concepts import concepts_of
from belvedere_cli.imports.display import display_for, summary
from belvedere_cli.imports.feed import Feed, file_feed
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.kinds import GITHUB, kind_of
from belvedere_cli.imports.mappings import MAPPINGS
from belvedere_cli.imports.options import configure, options_of
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.source import open_source
from belvedere_cli.sending.directory_client import directory_client
from belvedere_cli.sending.event_client import EventClient
from belvedere_cli.sending.event_target import Target, UsageError, admin_target_of, http_transport, target_of
from belvedere_cli.sending.event_wire import DeliveryError
from infra.local import layer

__all__ = ["configure", "run"]

STRICT_FAILURE, FAILURE, INTERRUPTED = 1, 2, 130


def run(args: argparse.Namespace) -> int:
    """Carry out the command; returns its exit code."""
    console = Console(stderr=True)
    try:
        return asyncio.run(_run(args, console))
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        return INTERRUPTED
    except FileNotFoundError as error:
        console.print(f"import failed: there is no {error.filename}", markup=False, highlight=False, soft_wrap=True)
        return FAILURE
    except (UsageError, DeliveryError, OSError) as error:
        console.print(f"import failed: {error}", markup=False, highlight=False, soft_wrap=True)
        return FAILURE


async def _run(args: argparse.Namespace, console: Console) -> int:
    """Import, and sum up; then register what was asked for."""
    kind = kind_of(args.mapping, args.source)
    if args.register_concepts and kind not in MAPPINGS:
        raise UsageError(f"--register-concepts is for {', '.join(MAPPINGS)}, not for {kind}")
    target = target_of(args.url, args.key, Path(args.state_dir))
    send = _send_github if kind == GITHUB else _send_feed
    tally = await send(args, kind, target, console)
    if args.register_concepts:
        told = await _register_concepts(Path(args.source), kind, args)
        console.print(told, markup=False, highlight=False, soft_wrap=True)
    return STRICT_FAILURE if args.strict and not tally.flawless else 0


def feed_of(args: argparse.Namespace, kind: str) -> AbstractContextManager[Feed]:
    """The rows of the source. Raises UsageError and OSError, also when it is entered."""
    options = options_of(args, kind)
    if kind in MAPPINGS:
        return file_feed(Path(args.source), MAPPINGS[kind])
    layer.enter()  # these kinds share names and forms with the board
    opened: AbstractContextManager[Feed] = importlib.import_module(f"belvedere_cli.imports.{kind}").feed(
        args.source, **options
    )
    return opened


async def _send_feed(args: argparse.Namespace, kind: str, target: Target, console: Console) -> ImportCounts:
    """Send the rows of a source that lies on this machine."""
    with feed_of(args, kind) as feed:
        display = display_for(console, feed.size)
        job = prepare(feed, target, state_dir=Path(args.state_dir), restart=args.restart, display=display)
        with _summed_up(f"{feed.name} ({kind})", job.tally), display:
            async with http_transport(target) as transport:
                await job.send(EventClient(transport, target.key, on_retry=display.retrying))
    return job.tally


async def _send_github(args: argparse.Namespace, kind: str, target: Target, console: Console) -> ImportCounts:
    """Send what GitHub tells of a repository."""
    options = options_of(args, kind)
    layer.enter()
    from belvedere_cli.imports.github import import_repository

    display, tally = display_for(console, 1), ImportCounts()
    with _summed_up(f"{args.source} ({kind})", tally), display:
        async with http_transport(target) as transport:
            client = EventClient(transport, target.key, on_retry=display.retrying)
            await import_repository(
                args.source, client, target, tally, display,
                state_dir=Path(args.state_dir), restart=args.restart, **options,
            )  # fmt: skip
    return tally


async def _register_concepts(path: Path, kind: str, args: argparse.Namespace) -> str:
    """Register the concepts that the file names and the Directory does not know yet. Raises UsageError."""
    admin = admin_target_of(args.url, args.key, args.admin_key, Path(args.state_dir))
    if admin is None:
        raise UsageError("--register-concepts takes --admin-key")
    with path.open("rb") as stream:
        concepts = list(concepts_of(open_source(path, stream), MAPPINGS[kind]))
    async with directory_client(admin) as client:
        return f"concepts: {len(concepts)} in the file, {await client.add_concepts(concepts)} registered now"


@contextmanager
def _summed_up(title: str, tally: ImportCounts) -> Iterator[None]:
    """End with the summary of what was acknowledged, also when the import is cut short."""
    began, sent_before = time.monotonic(), tally.sent
    try:
        yield
    finally:
        seconds = time.monotonic() - began
        per_second = (tally.sent - sent_before) / max(seconds, 0.001)
        Console().print(summary(title, tally.table(), seconds, per_second))
