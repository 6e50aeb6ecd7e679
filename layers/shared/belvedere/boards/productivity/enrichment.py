"""Derived properties of events, added once, at ingest, so that what is counted is what is stored.

A client cannot send it: what it says of these is dropped.
"""

from typing import Any

from belvedere.boards.productivity.properties import Number, PullRequestClosed, Review, Rework, Session
from belvedere.boards.productivity.sessions.prices import priced
from belvedere.clock import DAY_MS, HOUR_MS

CLOSE_MATCH = 0.7  # the least diff ratio of a suggestion that was kept nearly as it was
REWORK_MS = 21 * DAY_MS
FAILED_FROM = 400
JUDGEMENTS = ("approved", "changes_requested")

Properties = dict[str, Any]


class StoredSession(Session, kw_only=True):
    """A session as it is stored."""

    total_tokens: int
    cost_usd: Number
    failed: bool | None = None
    close_match: bool | None = None


class StoredClosing(PullRequestClosed, kw_only=True):
    """A closing as it is stored."""

    merge_hours: Number | None = None


class StoredRework(Rework, kw_only=True):
    """A closing that was undone, as it is stored."""

    within_21_days: bool


class StoredReview(Review, kw_only=True):
    """A review as it is stored."""

    approved: bool | None = None
    changes_requested: bool | None = None


DERIVED = {"total_tokens", "cost_source", "failed", "close_match", "merge_hours", "within_21_days", *JUDGEMENTS}


def sent_properties(given: Properties) -> Properties:
    """Without what follows from the rest: nobody checks it, and it would be counted where nothing replaces it."""
    return {name: value for name, value in given.items() if name not in DERIVED}


def enrich_session(given: Properties, time: int) -> Properties:
    """With `total_tokens`, `cost_usd` where it lacks (by the price of that day), `failed` and `close_match`."""
    tokens_in, tokens_out = given["tokens_in"], given["tokens_out"]
    added: Properties = {"total_tokens": tokens_in + tokens_out, "cost_source": "given"}
    if given.get("cost_usd") is None:
        read, write = given.get("cache_read_tokens") or 0, given.get("cache_write_tokens") or 0
        cost, source = priced(given.get("model"), tokens_in, tokens_out, time, cache_read=read, cache_write=write)
        added |= {"cost_usd": cost, "cost_source": source}
    if given.get("status_code") is not None:
        added["failed"] = given["status_code"] >= FAILED_FROM
    if given.get("diff_ratio") is not None:
        added["close_match"] = given["diff_ratio"] >= CLOSE_MATCH
    return sent_properties(given) | added


def enrich_closing(given: Properties, time: int) -> Properties:
    """With `merge_hours`, from opening to merging, where it was merged and the opening is known.

    It is unknown where the opening is later than the merging: one of the two clocks was wrong.
    """
    opened, properties = given.get("created_at"), sent_properties(given)
    if not given["merged"] or opened is None or opened > time:
        return properties
    return properties | {"merge_hours": (time - opened) / HOUR_MS}


def enrich_rework(given: Properties, time: int) -> Properties:
    """With `within_21_days`; an undoing at an unknown time is taken for one."""
    reopened = given.get("reopened_at")
    return sent_properties(given) | {"within_21_days": reopened is None or reopened - time <= REWORK_MS}


def enrich_review(given: Properties, _: int) -> Properties:
    """With `approved` and `changes_requested`, where the state is known."""
    state, properties = given.get("state"), sent_properties(given)
    return properties if state is None else properties | {name: state.lower() == name for name in JUDGEMENTS}
