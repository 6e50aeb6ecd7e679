"""One trace as a `productivity.session` event.

What a trace does not tell is left out rather than made up: no acceptance is "not tracked", no cost is worked out where
it is stored. Only without a time, or without any sign of tokens where the form promises them, there is no event.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from belvedere.boards.productivity.events import SESSION
from belvedere.clock import iso
from infra.local.imports.mappings.base import RowError, present
from infra.local.imports.traces import aliases
from infra.local.imports.traces.values import STATUSES, amount, count, first, flag, moment_ms, name, repo, share, status
from infra.local.imports.traces.view import ARIZE, AUTO, View, view_of
from infra.local.sending.event_wire import WireEvent

SESSION_NAME = re.compile(r"session[_-]([A-Za-z0-9_-]+)")
NO_DEVELOPER = "session"  # what holds this word names a session and no person
STEPS = frozenset({"AGENT", "CHAIN", "TOOL", "RETRIEVER", "EMBEDDING", "RERANKER", "GUARDRAIL", "EVALUATOR"})
FAILED_CODE = re.compile(r"[4-9]\d\d")
IDENTITY_BYTES = 16


class Tokens(NamedTuple):
    """What was sent and what came back."""

    sent: int
    received: int


def session_event(trace: Mapping[str, Any], *, form: str = AUTO, default_repo: str | None = None) -> WireEvent | None:
    """The event of a trace; None for spans that are no call of a model. Raises RowError."""
    view = view_of(trace, form)
    if _is_step(view):
        return None
    time, tokens, developer = _time(view), _tokens(view), developer_of(view)
    told = present(
        session_id=session_id_of(view),
        model=first(view, aliases.MODEL, name),
        latency_ms=_latency_ms(view),
        status_code=_status(view),
        accepted_flag=first(view, aliases.ACCEPTED, flag),
    )
    more = present(
        accepted_lines=first(view, aliases.ACCEPTED_LINES, count),
        diff_ratio=first(view, aliases.DIFF_RATIO, share),
        cost_usd=first(view, aliases.COST, amount),
        repo_slug=first(view, aliases.REPO, repo) or default_repo,
        language=first(view, aliases.LANGUAGE, name),
    )
    told |= {"tokens_in": tokens.sent, "tokens_out": tokens.received}
    event_id = _given_id(view) or identity(time, developer, told)
    return WireEvent(id=event_id, type=SESSION, time=iso(time), user=developer, properties=told | more)


def identity(time: int, developer: str | None, told: Mapping[str, Any]) -> str:
    """An id made of what a trace is, however its time is written and wherever it was kept.

    Not told is the same as 0 and as not accepted here, as stores of traces have it. What is worked out later or said
    by whoever imports (cost, similarity, lines, repository) is no part of it.
    """
    parts = [time, developer, told.get("session_id"), told.get("model"), told["tokens_in"], told["tokens_out"],
             float(told.get("latency_ms") or 0), told.get("status_code"), bool(told.get("accepted_flag"))]  # fmt: skip
    return f"trace-{blake2b(msgspec.json.encode(parts), digest_size=IDENTITY_BYTES).hexdigest()}"


def session_id_of(view: View) -> str | None:
    """The name behind `session_` in the first text that has one, else the first text there is."""
    candidates = [str(value) for place in aliases.SESSION_ID if isinstance(value := view.at(place), str | int)]
    named = (found[1] for text in candidates if (found := SESSION_NAME.search(text)))
    return next(named, candidates[0] if candidates else None)


def developer_of(view: View) -> str | None:
    """The first text that names a person and no session."""
    values = (view.at(place) for place in aliases.DEVELOPER)
    names = (name(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return next((one for one in names if NO_DEVELOPER not in one.lower()), None)


def _time(view: View) -> int:
    """Epoch ms. Without a time there is no event: "now" would be another event at every import."""
    time = first(view, aliases.TIME, moment_ms)
    if time is None:
        raise RowError("without timestamp or start_time")
    return time


def _tokens(view: View) -> Tokens:
    """Both counts; the total makes up for one that is missing, and for both it was all sent."""
    places = (aliases.TOKENS_IN, aliases.TOKENS_OUT, aliases.TOKENS_TOTAL)
    sent, received, total = (first(view, place, count) for place in places)
    usage = view.top.get("usage")
    if usage is not None and not isinstance(usage, dict):
        raise RowError("usage must be an object")
    if usage is None and view.form != ARIZE and sent is received is total is None:
        raise RowError("without usage")
    if sent is None:
        sent = max(0, (total or 0) - (received or 0))
    if received is None:
        received = max(0, (total or 0) - sent)
    return Tokens(sent, received)


def _latency_ms(view: View) -> float | None:
    """As told, else from the beginning to the end."""
    told = first(view, aliases.LATENCY, amount)
    if told is not None:
        return told
    began, ended = first(view, aliases.BEGINNING, moment_ms), first(view, aliases.END, moment_ms)
    return None if began is None or ended is None else float(max(0, ended - began))


def _status(view: View) -> int | None:
    """As told, else by the word for how the call ended: the code of its error if there is one."""
    told = first(view, aliases.STATUS, status)
    if told is not None:
        return told
    error = view.top.get("error_information")
    code = str(error.get("error_code")) if isinstance(error, dict) else ""
    ended = STATUSES.get(str(view.top.get("status")).upper())
    return int(code) if ended == STATUSES["FAILURE"] and FAILED_CODE.fullmatch(code) else ended


def _given_id(view: View) -> str | None:
    """The id that a call or a span has of its own."""
    call = first(view, aliases.CALL_ID, name)
    if call is not None:
        return f"litellm-{call}"
    ids = [str(value) for place in aliases.SPAN_ID if (value := view.at(place)) is not None]
    return "-".join(("span", *ids)) if view.at(aliases.SPAN_ID[-1]) is not None else None


def _is_step(view: View) -> bool:
    """A span around or beside the call of a model, without a model and tokens of its own."""
    calls = any(key.startswith(("llm.", "model")) for key in view.attributes)
    return view.form == ARIZE and view.at(*aliases.SPAN_KIND) in STEPS and not calls
