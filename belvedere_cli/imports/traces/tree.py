"""Which spans of a file only repeat what spans inside them tell.

Frameworks write the tokens of all calls of an agent on the agent's own span as well. Tokens and cost belong to the
innermost spans that tell them, so a span is counted if no span below it has tokens.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from belvedere_cli.imports.mappings import RowError
from belvedere_cli.imports.traces.spans import has_tokens, parent_of, span_id
from belvedere_cli.imports.traces.view import TraceFields, view_of

MAY_HAVE_A_PARENT = b"arent"  # in every name that the id of a parent has; other lines are not looked at twice


def rolled_up(traces: Iterable[Mapping[str, Any]], form: str) -> frozenset[int]:
    """The spans (`mark`) that have spans with tokens below them. Keeps two numbers for each span with a parent."""
    parents: dict[int, int] = {}
    counting: list[int] = []
    for trace in traces:
        view = view_of(trace, form)
        own, parent = span_id(view), parent_of(view)
        if own and parent:
            parents[hash(own)] = hash(parent)
            if _counts(view):
                counting.append(hash(own))
    enclosing: set[int] = set()
    for span in counting:
        above = parents.get(span)
        while above is not None and above not in enclosing:
            enclosing.add(above)
            above = parents.get(above)
    return frozenset(enclosing)


def mark(view: TraceFields) -> int | None:
    """What a span is known by within one run."""
    own = span_id(view)
    return hash(own) if own else None


def _counts(view: TraceFields) -> bool:
    try:
        return has_tokens(view)
    except RowError:
        return False  # it will be a dead letter, and no session
