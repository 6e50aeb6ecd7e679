"""What `belvedere import` can be told, and which of it is about which kind of source."""

import argparse
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from belvedere_cli.argument_types import day
from belvedere_cli.imports.kinds import GIT, GITHUB, KINDS, LITELLM, PRODLENS
from belvedere_cli.imports.mappings import MAPPINGS
from belvedere_cli.sending.event_target import UsageError, add_target_arguments

EPILOG = """\
Examples:
  belvedere import events.jsonl
  belvedere import litellm traces.jsonl --repo octo/lens
  belvedere import prodlens .prod-lens/cache.db --repo octo/lens
  belvedere import git . --since 2026-01-01
  GITHUB_TOKEN=... belvedere import github octo/lens

Run again, an import sends what is new and changes nothing else. Exit codes: 0 every row was dealt with; 1 with
--strict, when a row was not taken; 2 the import could not start or not go on; 130 stopped by Ctrl-C.
"""


class Option(NamedTuple):
    """An option and the kinds of source that understand it."""

    flag: str
    kinds: tuple[str, ...]
    about: str
    settings: Mapping[str, Any] = {}

    @property
    def name(self) -> str:
        """Of the value in the parsed arguments."""
        return self.flag.lstrip("-").replace("-", "_")


TOKEN = re.compile(r"[\x21-\x7e]+")
SWITCH = {"action": "store_true", "default": None}
OPTIONS = (
    Option("--format", (LITELLM,), "of the traces (default: told by each line's keys)",
           {"choices": ("auto", LITELLM, "arize")}),
    Option("--dead-letter-dir", (LITELLM,), "where lines go that are not taken (default: beside the file)",
           {"type": Path, "metavar": "DIR"}),
    Option("--repo", (LITELLM, PRODLENS, GIT), "repository of what names none, owner/name"),
    Option("--zero-is-untracked", (PRODLENS,), "accepted_flag 0 means not tracked, not rejected", SWITCH),
    Option("--since", (GIT, GITHUB), "only what happened (pull requests: changed) since this day, YYYY-MM-DD",
           {"type": day, "metavar": "DAY"}),
    Option("--branch", (GIT,), "the commits of this branch (default: of what is checked out)"),
    Option("--all", (GIT,), "the commits of all branches and tags", SWITCH),
    Option("--user", (GIT,), "what authors are known by (default: email, or the account that a no-reply address of "
           "GitHub names)", {"choices": ("email", "name")}),
    Option("--token", (GITHUB,), "of GitHub (default: the environment's GITHUB_TOKEN); never kept"),
    Option("--api-url", (GITHUB,), "of GitHub Enterprise, https://HOST/api/v3 (default: https://api.github.com)"),
    Option("--no-reviews", (GITHUB,), "leave out reviews, which take a request for each pull request", SWITCH),
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    known = {mapping.name: mapping.summary for mapping in MAPPINGS.values()} | KINDS
    kinds = "; ".join(f"{name}: {about}" for name, about in known.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("mapping", nargs="?", help=f"how to read the source (default: told by the file). {kinds}")
    parser.add_argument("source", metavar="file", help="CSV, or JSONL when named .jsonl or .ndjson; or a repository")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a row is malformed or not taken")
    parser.add_argument("--restart", action="store_true", help="send everything, whatever was sent before")
    parser.add_argument("--register-concepts", action="store_true", help="then register the file's concepts by name")
    add_target_arguments(parser)
    for option in OPTIONS:
        of = ", ".join(option.kinds)
        parser.add_argument(option.flag, help=f"({of}) {option.about}", **option.settings)


def options_of(args: argparse.Namespace, kind: str) -> dict[str, Any]:
    """What was said for this kind of source, by name. Raises UsageError on what it does not understand."""
    given = [option for option in OPTIONS if getattr(args, option.name) is not None]
    for option in given:
        if kind not in option.kinds:
            raise UsageError(f"{option.flag} is for {', '.join(option.kinds)}, not for {kind}")
    return {option.name: getattr(args, option.name) for option in given}


def github_token(given: str | None) -> str | None:
    """The token that was given, or the environment's. Raises UsageError, which does not repeat it."""
    token = (given or os.environ.get("GITHUB_TOKEN") or "").strip()
    if token and not TOKEN.fullmatch(token):
        raise UsageError("the token of GitHub holds characters that no token has")
    return token or None
