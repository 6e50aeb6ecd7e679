"""Who may see an export job: its owner and administrators; jobs of service keys, whoever may see everything.

A job that a caller may not see is answered exactly as one that there is not. A person is an id and a security stamp:
whoever gets the id later is somebody else, and so, to jobs, is who ended all their sessions, whose old links are void.
"""

from belvedere.auth.caller import Caller
from belvedere.auth.credential_check import ConnectionCredential, is_valid
from belvedere.auth.people import fetch_person
from belvedere.auth.roles import ADMIN, SEE_ALL, SERVICE
from belvedere.errors import Forbidden, NotFound
from belvedere.export.jobs.identity import JOB_ID
from belvedere.export.jobs.job import ExportJob, Owner
from belvedere.export.jobs.request import narrowed, request_of
from belvedere.export.jobs.store import JobStore

LOST = "who asked for this export may no longer read what it holds"


def owner_of(caller: Caller) -> Owner:
    """The caller as a job remembers its owner."""
    return Owner(key_id=caller.key_id, scope=caller.scope, user=caller.user, role=caller.role, stamp=caller.stamp)


def may_see(caller: Caller, job: ExportJob) -> bool:
    """May the caller know of this job?"""
    if caller.role == ADMIN or (caller.role == SERVICE and caller.scope == "admin"):
        return True
    if job.owner.user is not None:
        return (caller.user, caller.stamp) == (job.owner.user, job.owner.stamp)
    return caller.role in SEE_ALL


def visible_job(store: JobStore, job_id: str, caller: Caller) -> ExportJob:
    """A job that the caller may see. Raises NotFound. Blocking."""
    job = store.get(job_id) if JOB_ID.fullmatch(job_id) else None
    if job is None or not may_see(caller, job):
        raise NotFound(f"job_id: there is no export job {job_id[:60]!r}")
    return job


async def check_owner(workspace: str, job: ExportJob) -> Caller:
    """The owner as they are now. Raises Forbidden when they may not read any more what the job holds."""
    request, caller = request_of(job.request), owner_now(workspace, job.owner)
    try:
        now_allowed = await narrowed(request, caller)
    except Forbidden as error:
        raise Forbidden(f"{LOST}: {error.detail}") from None
    if now_allowed.to_json() != request.to_json():
        raise Forbidden(LOST)
    return caller


def owner_now(workspace: str, owner: Owner) -> Caller:
    """The owner as they are now. Raises Forbidden for a revoked key, and for a person who is gone. Blocking."""
    if owner.user is None:
        credential = ConnectionCredential(workspace, None, owner.role, owner.key_id)
        if not is_valid(credential):
            raise Forbidden(f"{LOST}: the key was revoked")
        return Caller(workspace, owner.scope, owner.key_id)
    person = fetch_person(workspace, owner.user)
    if person is None or not person.welcome or person.stamp != owner.stamp:
        raise Forbidden(f"{LOST}: their account was closed, or their sessions were ended")
    return Caller(workspace, owner.scope, owner.key_id, owner.user, person.role, person.stamp)
