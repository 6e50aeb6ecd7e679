"""`belvedere import`: sends a file of events, a log or a repository to a deployment."""

from collections.abc import Callable
from typing import Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, target_options
from belvedere_cli.imports.kinds import KINDS, OPTIONS, kinds_with

ABOUT = "\n\n".join((
    "send a file of events to a stack",
    "FILE is CSV, or JSONL when named .jsonl or .ndjson; or a repository. KIND is how to read it (default: told by the "
    "file):",
    *(f"{kind.name}: {kind.summary}" for kind in KINDS),
))  # fmt: skip
EPILOG = """\
\b
Examples:
  belvedere import events.jsonl
  belvedere import litellm traces.jsonl --repo octo/lens
  belvedere import prodlens .prod-lens/cache.db --repo octo/lens
  belvedere import git . --since 2026-01-01
  GITHUB_TOKEN=... belvedere import github octo/lens

Run again, an import sends what is new and changes nothing else. Exit codes: 0 every row was dealt with; 1 with
--strict, when a row was not taken; 2 the import could not start or not go on; 130 stopped by Ctrl-C.
"""


def kind_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the command what only some kinds of source understand."""
    for option in reversed(OPTIONS):
        about = f"({', '.join(kinds_with(option))}) {option.about}"
        command = click.option(option.flag, option.name, help=about, **option.settings)(command)
    return command


@click.command("import", help=ABOUT, short_help="send a file of events to a stack", epilog=EPILOG)
@click.argument("words", nargs=-1, required=True, metavar="[KIND] FILE")
@click.option("--strict", is_flag=True, help="exit with 1 when a row is malformed or not taken")
@click.option("--restart", is_flag=True, help="send everything, whatever was sent before")
@target_options
@kind_options
@place_options
def import_(
    place: Place, words: tuple[str, ...], url: str | None, key: str | None, admin_key: str | None, strict: bool,
    restart: bool, **options: Any,
) -> int:  # fmt: skip
    """Import, once it is known what and where to."""
    if len(words) > 2:
        raise click.UsageError(f"Got unexpected extra argument ({words[2]})")
    deployment.check_sending(place.state_dir, url)
    from belvedere_cli.imports import importer
    from belvedere_cli.sending.event_target import TargetOptions

    kind = words[0] if len(words) == 2 else None
    target = TargetOptions(place.state_dir, url, key, admin_key)
    return importer.run(importer.ImportRequest(kind, words[-1], target, options, strict, restart))
