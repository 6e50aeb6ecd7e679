"""A job for tests."""

from typing import Any

from belvedere.export.jobs.job import ExportJob, Owner, Status

NOW = 1_736_000_000_000
REQUEST = {
    "format": "csv", "start": 0, "end": 86_400_000, "timezone": None, "gzip": False, "bom": False, "headers": True,
    "data": [{"name": "learning.interaction", "selection": {"start": 0, "end": 86_400_000}}],
}  # fmt: skip
KEY = Owner(key_id="key_1", scope="read", role="service")


def job(**changes: Any) -> ExportJob:
    """A queued job of a service key, or what the changes make of it."""
    given: dict[str, Any] = {
        "job_id": "exp_000000000000000000000001", "status": Status.QUEUED, "attempt": 1, "owner": KEY,
        "request": REQUEST, "estimated_s": 6, "created": NOW, "queued": NOW, "updated": NOW,
    }  # fmt: skip
    return ExportJob(**given | changes)
