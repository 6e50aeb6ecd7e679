"""One trace as a `productivity.session` event.

What a trace does not tell is left out rather than made up: no acceptance is "not tracked", no cost is worked out where
it is stored. Only without a time, or without any sign of tokens where the form promises them, there is no event; a
count that is there and null is no sign.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from belvedere.boards.productivity.enrichment import FAILED_FROM
from belvedere.boards.productivity.events import SESSION
from belvedere.clock import iso
from belvedere_cli.imports.mappings.base import RowError, present
from belvedere_cli.imports.traces import aliases
from belvedere_cli.imports.traces.spans import is_observation, is_step, span_id
from belvedere_cli.imports.traces.values import (
    STATUSES,
    amount,
    count,
    first,
    flag,
    moment_ms,
    name,
    otlp_status,
    repo,
    share,
    status,
)
from belvedere_cli.imports.traces.view import ARIZE, AUTO, TraceFields, view_of
from belvedere_cli.sending.event_wire import WireEvent

SESSION_NAME = re.compile(r"session[_-]([A-Za-z0-9_-]+)")
NO_DEVELOPER = "session"  # what holds this word names a session and no person
FAILED_CODE = re.compile(r"[4-9]\d\d")
IDENTITY_BYTES = 16


class Tokens(NamedTuple):
    """What was sent and what came back."""

    sent: int
    received: int


class Latency(NamedTuple):
    """How long a call took, milliseconds; where that is unknown though both ends are told, why."""

    ms: float | None
    doubt: str = ""


def session_event(trace: Mapping[str, Any], *, form: str = AUTO, default_repo: str | None = None) -> WireEvent | None:
    """The event of a trace; None for spans that are no call of a model. Raises RowError."""
    return session_of(view_of(trace, form), default_repo)


def session_of(view: TraceFields, default_repo: str | None = None) -> WireEvent | None:
    """The same of what is viewed already."""
    if is_step(view):
        return None
    time, developer, code = _time(view), developer_of(view), _status(view)
    counted = _counted(view, failed=(code or 0) >= FAILED_FROM)
    properties = present(
        session_id=session_id_of(view),
        model=first(view, aliases.MODEL, name),
        latency_ms=latency_of(view).ms,
        status_code=code,
        accepted_flag=first(view, aliases.ACCEPTED, flag),
    )
    more = present(
        accepted_lines=first(view, aliases.ACCEPTED_LINES, count),
        diff_ratio=first(view, aliases.DIFF_RATIO, share),
        cost_usd=first(view, aliases.COST, amount),
        repo_slug=first(view, aliases.REPO, repo) or default_repo,
        language=first(view, aliases.LANGUAGE, name),
    )
    as_told = {"tokens_in": counted.sent, "tokens_out": counted.received}
    event_id = _given_id(view) or identity(time, developer, properties | as_told)
    properties |= _with_cached(view, counted)
    return WireEvent(id=event_id, type=SESSION, time=iso(time), user=developer, properties=properties | more)


def identity(time: int, developer: str | None, properties: Mapping[str, Any]) -> str:
    """An id made of what a trace is, however its time is written and wherever it was kept.

    Not told is the same as 0 and as not accepted here, as stores of traces have it. What is worked out later or said
    by whoever imports (cost, similarity, lines, repository) is no part of it.
    """
    latency_ms, accepted = float(properties.get("latency_ms") or 0), bool(properties.get("accepted_flag"))
    parts = [time, developer, properties.get("session_id"), properties.get("model"), properties["tokens_in"],
             properties["tokens_out"], latency_ms, properties.get("status_code"), accepted]  # fmt: skip
    return f"trace-{blake2b(msgspec.json.encode(parts), digest_size=IDENTITY_BYTES).hexdigest()}"


def session_id_of(view: TraceFields) -> str | None:
    """The name behind `session_` in the first text that has one, else the first text there is."""
    candidates = [str(value) for place in aliases.SESSION_ID if isinstance(value := view.at(place), str | int)]
    named = (match[1] for text in candidates if (match := SESSION_NAME.search(text)))
    return next(named, candidates[0] if candidates else None)


def developer_of(view: TraceFields) -> str | None:
    """The first text that names a person and no session."""
    values = (view.at(place) for place in aliases.DEVELOPER)
    names = (name(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return next((name for name in names if NO_DEVELOPER not in name.lower()), None)


def _time(view: TraceFields) -> int:
    """Epoch ms. Without a time there is no event: "now" would be another event at every import."""
    time = first(view, aliases.TIME, moment_ms)
    if time is None:
        raise RowError("without timestamp or start_time")
    return time


def _counted(view: TraceFields, *, failed: bool) -> Tokens:
    """Both counts; the total makes up for one that is missing, and for both it was all sent.

    A call that failed may have none. Of any other, counts that are there and null are unknown, and not 0.
    """
    sent, received, total = _counts(view)
    usage = view.top.get("usage")
    if usage is not None and not isinstance(usage, dict) and not view.usage:
        raise RowError("usage must be an object")
    if sent is received is total is None and not failed:
        if not view.usage and usage is None and view.form != ARIZE:
            raise RowError("without usage")
        if any(view.has(place) for place in aliases.ALL_TOKENS):
            raise RowError("without usage: its counts of tokens are null")
    if sent is None:
        sent = max(0, (total or 0) - (received or 0))
    if received is None:
        received = max(0, (total or 0) - sent)
    return Tokens(sent, received)


def _counts(view: TraceFields) -> tuple[int | None, int | None, int | None]:
    """What was sent, what came back, and both together, as told."""
    sent, received = first(view, aliases.TOKENS_IN, count), first(view, aliases.TOKENS_OUT, count)
    return sent, received, first(view, aliases.TOKENS_TOTAL, count)


def _with_cached(view: TraceFields, counted: Tokens) -> dict[str, int]:
    """The properties that tell of tokens; those of a cache are among `tokens_in`, wherever the trace counts them.

    Anthropic counts them beside `input_tokens`, others among what was sent: the total tells, or that they are more than
    all there were, or else the names.
    """
    read, write = first(view, aliases.CACHE_READ, count), first(view, aliases.CACHE_WRITE, count)
    cached, uncached = (read or 0) + (write or 0), counted.sent + counted.received
    total = _counts(view)[2]
    by_name = any(view.has(place) for place in (*aliases.READ_BESIDE, *aliases.WRITE_BESIDE))
    named_apart = by_name and not view.details and view.at(aliases.PROMPT_TOKENS) is None
    beside = cached > counted.sent or total == uncached + cached or (named_apart and total != uncached)
    return present(
        tokens_in=counted.sent + (cached if beside else 0), tokens_out=counted.received,
        cache_read_tokens=read or None, cache_write_tokens=write or None,
    )  # fmt: skip


def latency_of(view: TraceFields) -> Latency:
    """As told, else from the beginning to the end. An end before its beginning tells nothing: a clock was wrong."""
    measured = first(view, aliases.LATENCY, amount)
    began, ended = first(view, aliases.BEGINNING, moment_ms), first(view, aliases.END, moment_ms)
    if measured is not None or began is None or ended is None:
        return Latency(measured)
    if ended < began:
        return Latency(None, f"ends {began - ended:,} ms before it begins; its latency is unknown")
    return Latency(float(ended - began))


def _status(view: TraceFields) -> int | None:
    """As told, else by the word for how the call ended: the code of its error if there is one."""
    for stated in (first(view, aliases.STATUS, status), first(view, aliases.STATUS_CODE, otlp_status)):
        if stated is not None:
            return stated
    error = view.top.get("error_information") or view.metadata.get("error_information")
    code = str(error.get("error_code")) if isinstance(error, dict) else ""
    words = (str(view.at(place)).upper() for place in aliases.STATUS_WORD)
    ended = next((STATUSES[word] for word in words if word in STATUSES), None)
    return int(code) if ended == STATUSES["FAILURE"] and FAILED_CODE.fullmatch(code) else ended


def _given_id(view: TraceFields) -> str | None:
    """The id that a call has of its own, else that of LiteLLM's record of it, else that of the span."""
    call = first(view, aliases.CALL_ID, name) or (first(view, aliases.RECORD_ID, name) if _is_record(view) else None)
    if call is not None:
        return f"litellm-{call}"
    span = span_id(view)
    return str(span) if span else None


def _is_record(view: TraceFields) -> bool:
    """Whether it is of LiteLLM's generic logger or database."""
    return any(view.at(place) is not None for place in aliases.RECORD) and not is_observation(view)
