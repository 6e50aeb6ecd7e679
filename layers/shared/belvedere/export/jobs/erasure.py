"""Erasing a user reaches exported files: finished exports that may hold their rows expire at once, running ones fail.

What may hold them is told by requests, not by looking into files: raw events of a type on days on which the user has
any; and answers by person, for that person, or in whose filters the person is named. An answer may reach beyond the
range of its job (a period before it, or the present), so the range does not count there.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from belvedere.clock import DAY_MS, Clock, now_ms
from belvedere.export.jobs.job import RUNNING, ExportJob, Owner, Status
from belvedere.export.jobs.objects import delete_prefix, job_prefix
from belvedere.export.jobs.request import DataRequest, request_of
from belvedere.export.jobs.store import JobStore
from belvedere.export.sources.data_type import Selection
from belvedere.export.sources.registry import data_type
from belvedere.settings import settings
from belvedere.storage.attributes import Value
from belvedere.storage.client import s3
from belvedere.storage.tables import Tables

ERASED = "somebody's events were erased while it ran; retry the job"
LIST_MARKS = re.compile("[,{}]")

Days = Mapping[str, Collection[int]]  # event type -> the starts of UTC days, epoch ms


def expire_exports(own: Tables, user: str, days: Days, clock: Clock = now_ms) -> int:
    """End the jobs that may hold rows of a user who has events on these days, and delete their files; how many jobs.

    Jobs that have ended are among them: of one that failed or was cancelled, too, something may be left. Blocking.
    Raises Unavailable where a file cannot be deleted.
    """
    store = JobStore(own.state, settings().export_retention_days)
    held = [job for job in store.listed() if holds(job, user, days)]
    for job in held:
        _expire(store, job, clock)
    return len(held)


def _expire(store: JobStore, job: ExportJob, clock: Clock) -> None:
    """End a job and delete the files of all its attempts; again, if it was begun anew meanwhile."""
    _end(store, job, clock())
    if bucket := settings().export_bucket:
        delete_prefix(s3(), bucket, job_prefix(store.workspace, job.job_id))
    current = store.get(job.job_id)
    if current is not None and current.attempt != job.attempt:
        _expire(store, current, clock)


def holds(job: ExportJob, user: str, days: Days) -> bool:
    """May the file of a job have rows of this user, or figures about them alone?"""
    return any(_holds(data, job.owner, user, days) for data in request_of(job.request).data)


def _holds(data: DataRequest, owner: Owner, user: str, days: Days) -> bool:
    kind, selection = data_type(data.name), Selection.from_json(data.selection)
    if kind.event_type is not None:
        return _holds_events(selection, user, days.get(kind.event_type, ()))
    named = user in values_in([selection.filters, selection.query])
    return named or user == owner.user or kind.personal(selection)


def _holds_events(selection: Selection, user: str, starts: Collection[int]) -> bool:
    if selection.users is not None and user not in selection.users:
        return False
    return any(start < selection.end and selection.start < start + DAY_MS for start in starts)


def values_in(selected: Any) -> Iterator[str]:
    """Every text in plain data, at any depth, and what it lists as routes take lists: `a,b`, `{a,b}` or `user:a`."""
    if isinstance(selected, str):
        yield selected
        for value in LIST_MARKS.split(selected):
            yield from (value.strip(), value.partition(":")[2].strip())
    elif isinstance(selected, Mapping):
        yield from values_in(list(selected.values()))
    elif isinstance(selected, list | tuple):
        for element in selected:
            yield from values_in(element)


def _end(store: JobStore, job: ExportJob, now: int) -> None:
    """End an attempt because of what it holds; one that has ended without a file stays what it is."""
    expired: dict[str, Value] = {"status": Status.EXPIRED.value}
    failed: dict[str, Value] = {"status": Status.FAILED.value, "ended": now, "error": ERASED}
    if not store.change(job.job_id, job.attempt, failed, now=now, during=RUNNING):
        store.change(job.job_id, job.attempt, expired, now=now, during=(Status.COMPLETED,))
