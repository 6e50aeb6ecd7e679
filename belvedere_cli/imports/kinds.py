"""The kinds of source that `belvedere import` knows: a module of each, and a row here.

A module has `send`, which imports a source (`session.py`), and `COLUMNS` where a file's columns tell that it is of this
kind. It is loaded only when it is needed.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from belvedere_cli import layer
from belvedere_cli.commands.options import day
from belvedere_cli.errors import UsageError

MOST_COLUMNS_SHOWN = 12


@dataclass(frozen=True, eq=False)
class Option:
    """An option that only some kinds of source understand; `settings` are those of `click.option`."""

    flag: str
    about: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the parameter that `send` takes it by."""
        return self.flag.lstrip("-").replace("-", "_")


@dataclass(frozen=True)
class Kind:
    """A kind of source and its module, by the name below `belvedere_cli.imports`."""

    name: str
    summary: str
    module: str
    options: tuple[Option, ...] = ()

    def load(self) -> Any:
        """The module. These share names and forms with the boards, so the common layer is entered first."""
        layer.enter()
        return importlib.import_module(f"belvedere_cli.imports.{self.module}")

    def recognises(self, columns: frozenset[str]) -> bool:
        """Whether a file with these columns is of this kind."""
        return any(needed <= columns for needed in getattr(self.load(), "COLUMNS", ()))


SWITCH = {"is_flag": True}
REPO = Option("--repo", "repository of what names none, owner/name")
SINCE = Option("--since", "only what happened (pull requests: changed) since this day, YYYY-MM-DD",
               {"type": day, "metavar": "DAY"})  # fmt: skip
REGISTER_CONCEPTS = Option("--register-concepts", "then register the file's concepts by name", SWITCH)

KINDS = (
    Kind("oatutor", "interaction log of the OATutor tutoring system (CSV)", "mappings.oatutor", (REGISTER_CONCEPTS,)),
    Kind("events", "events in the shape of POST /v1/events (JSONL)", "mappings.events", (REGISTER_CONCEPTS,)),
    Kind("litellm", "a log of traces of assistants (LiteLLM lines, logger records or database rows; spans of Arize "
         "Phoenix, OpenTelemetry or OTLP; observations of Langfuse)", "litellm", (
        Option("--format", "of the traces (default: told by each line's keys)",
               {"type": click.Choice(("auto", "litellm", "arize"))}),
        Option("--dead-letter-dir", "where lines go that are not taken (default: beside the file)",
               {"type": click.Path(path_type=Path), "metavar": "DIR"}),
        REPO,
    )),
    Kind("prodlens", "a ProdLens cache, `.prod-lens/cache.db`", "prodlens", (
        REPO,
        Option("--zero-is-untracked", "accepted_flag 0 means not tracked, not rejected", SWITCH),
    )),
    Kind("git", "the commits of a local repository", "git", (
        REPO,
        SINCE,
        Option("--branch", "the commits of this branch (default: of what is checked out)"),
        Option("--all", "the commits of all branches and tags", SWITCH),
        Option("--user", "what authors are known by (default: email, or the account that a no-reply address of GitHub "
               "names)", {"type": click.Choice(("email", "name"))}),
    )),
    Kind("github", "the pull requests, reviews and commits of owner/name", "github", (
        SINCE,
        Option("--token", "of GitHub (default: the environment's GITHUB_TOKEN); never kept"),
        Option("--api-url", "of GitHub Enterprise, https://HOST/api/v3 (default: https://api.github.com)"),
        Option("--no-reviews", "leave out reviews, which take a request for each pull request", SWITCH),
    )),
)  # fmt: skip
NAMES = tuple(kind.name for kind in KINDS)
OPTIONS = tuple(dict.fromkeys(option for kind in KINDS for option in kind.options))


def kinds_with(option: Option) -> list[str]:
    """The names of the kinds that understand an option."""
    return [kind.name for kind in KINDS if option in kind.options]


def kind_of(name: str | None, source: str) -> Kind:
    """How a source is to be read: as was said, or as the file's columns tell. Raises UsageError and OSError."""
    if name is not None:
        if name not in NAMES:
            raise UsageError(f"there is no mapping {name!r}; there are: {', '.join(NAMES)}")
        return KINDS[NAMES.index(name)]
    if Path(source).is_dir():
        raise UsageError(f"{source} is a directory; the commits of a repository: belvedere import git {source}")
    from belvedere_cli.imports.source import first_columns

    columns = first_columns(Path(source))
    for kind in KINDS:
        if kind.recognises(columns):
            return kind
    raise UsageError(f"{_unknown(source, columns)}; name one of: {', '.join(NAMES)}")


def options_of(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, by name. Raises UsageError on one that this kind does not understand."""
    chosen = [option for option in OPTIONS if values.get(option.name) not in (None, False)]
    for option in chosen:
        if option not in kind.options:
            raise UsageError(f"{option.flag} is for {', '.join(kinds_with(option))}, not for {kind.name}")
    return {option.name: values[option.name] for option in chosen}


def _unknown(source: str, columns: frozenset[str]) -> str:
    """What a file is that nobody knows."""
    if not columns:
        return f"{source} does not begin with a JSON object"
    return f"no mapping knows the columns of {source}: {', '.join(sorted(columns)[:MOST_COLUMNS_SHOWN])}"
