"""`belvedere import [KIND] SOURCE`: sends what a source holds to a stack, as a client of `POST /v1/events`.

What is acknowledged is always a prefix of the source and is kept in a checkpoint, so an import that was stopped goes on
where it was. Exit code 0: every row was dealt with (bad ones are reported; with --strict they make it 1). 2: the
import could not start or not be delivered. 130: stopped by Ctrl-C.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.kinds import kind_of, options_of
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.session import ImportSession
from belvedere_cli.sending.event_target import TargetOptions
from belvedere_cli.sending.event_wire import DeliveryError

STRICT_FAILURE, FAILURE, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True)
class ImportRequest:
    """What the command was asked for; `options` are those that only some kinds understand, by name."""

    kind: str | None
    source: str
    target: TargetOptions
    options: Mapping[str, Any] = field(default_factory=dict)
    strict: bool = False
    restart: bool = False


def run(request: ImportRequest) -> int:
    """Carry out the command; returns its exit code."""
    console = Console(stderr=True)
    try:
        return asyncio.run(_run(request, console))
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        return INTERRUPTED
    except FileNotFoundError as error:
        console.print(f"import failed: there is no {error.filename}", markup=False, highlight=False, soft_wrap=True)
        return FAILURE
    except (UsageError, DeliveryError, OSError) as error:
        console.print(f"import failed: {error}", markup=False, highlight=False, soft_wrap=True)
        return FAILURE


async def _run(request: ImportRequest, console: Console) -> int:
    """Import; how it ended."""
    kind = kind_of(request.kind, request.source)
    options = options_of(kind, request.options)
    session = ImportSession(console, request.target.target(), request.target, request.restart)
    counts: ImportCounts = await kind.load().send(request.source, session, **options)
    return STRICT_FAILURE if request.strict and not counts.flawless else 0
