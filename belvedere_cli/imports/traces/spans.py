"""What a trace is as a span: its identity, its parent, and whether it is a call of a model or something around one."""

from typing import NamedTuple

from belvedere_cli.imports.traces import aliases
from belvedere_cli.imports.traces.values import count, first, name
from belvedere_cli.imports.traces.view import ARIZE, FieldPath, TraceFields

CALLS = frozenset({"LLM", "GENERATION", "CHAT", "COMPLETION", "TEXT_COMPLETION", "GENERATE_CONTENT"})
STEPS = frozenset({
    "AGENT", "CHAIN", "TOOL", "RETRIEVER", "EMBEDDING", "RERANKER", "GUARDRAIL", "EVALUATOR", "PROMPT", "DECISION",
    "CREATE_AGENT", "INVOKE_AGENT", "INVOKE_WORKFLOW", "EXECUTE_TOOL", "EMBEDDINGS", "RETRIEVAL",
    "WORKFLOW", "TASK", "SPAN", "EVENT",
})  # fmt: skip
HEXADECIMAL = "0x"  # as OpenTelemetry prints ids


class SpanId(NamedTuple):
    """Which span of which trace; the trace may be unknown."""

    trace: str | None
    span: str

    def __str__(self) -> str:
        return "-".join(filter(None, ("span", self.trace, self.span)))


def span_id(view: TraceFields) -> SpanId | None:
    """The identity of a span, or of an observation of Langfuse; None of anything else."""
    return _identity(view, aliases.SPAN_ID) or (
        _identity(view, aliases.OBSERVATION_ID) if is_observation(view) else None
    )


def parent_of(view: TraceFields) -> SpanId | None:
    """The identity of the span around it."""
    return _identity(view, aliases.PARENT_ID)


def is_observation(view: TraceFields) -> bool:
    """Whether it is one of Langfuse: of a type that it has, in a trace."""
    return _kind(view, aliases.OBSERVATION) is not None and first(view, aliases.TRACE_ID, name) is not None


def has_tokens(view: TraceFields) -> bool:
    """Whether any count of tokens is more than 0. Raises RowError where one is none."""
    return any(first(view, (place,), count) for place in aliases.ALL_TOKENS)


def is_step(view: TraceFields) -> bool:
    """A span around or beside the call of a model, without tokens of its own; that it names a model is not enough."""
    observed = aliases.OBSERVATION if is_observation(view) else ()
    kind = _kind(view, (*aliases.SPAN_KIND, *observed))
    if kind in CALLS or has_tokens(view):
        return False
    return kind in STEPS or (view.form == ARIZE and first(view, aliases.MODEL, name) is None)


def _kind(view: TraceFields, places: tuple[FieldPath, ...]) -> str | None:
    """The first kind that is known, in capitals."""
    words = (value.strip().upper() for place in places if isinstance(value := view.at(place), str))
    return next((word for word in words if word in CALLS or word in STEPS), None)


def _identity(view: TraceFields, places: tuple[FieldPath, ...]) -> SpanId | None:
    span = first(view, places, _id)
    return SpanId(first(view, aliases.TRACE_ID, _id), span) if span else None


def _id(value: object) -> str:
    return name(value).removeprefix(HEXADECIMAL)
