"""The kinds of source that `belvedere import` knows beside the mappings, and how a file is told to be of one."""

from pathlib import Path

from belvedere_cli.imports.mappings import MAPPINGS, recognise
from belvedere_cli.imports.source import first_columns
from belvedere_cli.sending.event_target import UsageError

LITELLM, PRODLENS, GIT, GITHUB = "litellm", "prodlens", "git", "github"
KINDS = {
    LITELLM: "a log of traces of assistants (LiteLLM lines, logger records or database rows; spans of Arize Phoenix, "
    "OpenTelemetry or OTLP; observations of Langfuse)",
    PRODLENS: "a ProdLens cache, `.prod-lens/cache.db`",
    GIT: "the commits of a local repository",
    GITHUB: "the pull requests, reviews and commits of owner/name",
}
MAX_TOLD = 12
OF_TRACES = (
    frozenset({"timestamp", "usage"}),
    frozenset({"litellm_call_id", "startTime"}),
    frozenset({"call_type", "startTime"}),
    frozenset({"request_id", "startTime"}),
    frozenset({"span_kind", "start_time"}),
    frozenset({"context", "start_time"}),
    frozenset({"context.span_id", "start_time"}),
    frozenset({"traceId", "startTime"}),
    frozenset({"trace_id", "start_time"}),
    frozenset({"resourceSpans"}),
)


def kind_of(named: str | None, source: str) -> str:
    """How a source is to be read: as was said, or as the file's columns tell. Raises UsageError and OSError."""
    known = (*MAPPINGS, *KINDS)
    if named is not None:
        if named not in known:
            raise UsageError(f"there is no mapping {named!r}; there are: {', '.join(known)}")
        return named
    if Path(source).is_dir():
        raise UsageError(f"{source} is a directory; the commits of a repository: belvedere import git {source}")
    columns = first_columns(Path(source))
    if found := recognise(columns):
        return found.name
    if any(needed <= columns for needed in OF_TRACES):
        return LITELLM
    raise UsageError(f"{_unknown(source, columns)}; name one of: {', '.join(known)}")


def _unknown(source: str, columns: frozenset[str]) -> str:
    """What a file is that nobody knows."""
    if not columns:
        return f"{source} does not begin with a JSON object"
    return f"no mapping knows the columns of {source}: {', '.join(sorted(columns)[:MAX_TOLD])}"
