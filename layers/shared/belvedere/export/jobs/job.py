"""An export job: what was wanted and by whom, how far it has come, and what came of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from belvedere.clock import DAY_MS
from belvedere.storage.attributes import Item

RECORD_DAYS = 30  # a job is remembered for so long after its file has expired
PART_ATTRIBUTE = "part_"  # part_17: the rows that part 17 wrote


class Status(StrEnum):
    """What a job is at. All but the first two are ends; a completed job whose file is gone has expired."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


RUNNING = (Status.QUEUED, Status.PROCESSING)
REPEATABLE = (Status.FAILED, Status.CANCELLED, Status.EXPIRED)


class ExportFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the finished export, or of the archive that it is."""

    name: str
    sha256: str
    rows: int
    bytes: int


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked: a person by id and security stamp or, where `user` is None, a service key by its id."""

    key_id: str
    scope: str
    user: str | None = None
    role: str
    stamp: str = ""


class ExportJob(msgspec.Struct, frozen=True, kw_only=True):
    """One job; times are epoch ms. `attempt` counts from 1, and `queued` is when it began."""

    job_id: str
    status: Status
    attempt: int
    owner: Owner
    request: dict[str, Any]
    estimated_s: int
    created: int
    queued: int
    updated: int
    started: int = 0
    ended: int = 0
    parts: int = 0
    assembled: int = 0  # percent
    rows: int = 0
    bytes: int = 0
    files: tuple[ExportFile, ...] = ()
    download_name: str = ""
    as_of: int = 0
    error: str = ""
    read_milli: int = 0
    write_milli: int = 0
    work_ms: int = 0
    nano_usd: int = 0
    part_rows: dict[int, int] = {}

    def status_at(self, now: int, retention_days: int) -> Status:
        """Its status: a completed job expires with its file."""
        if self.status is Status.COMPLETED and now >= self.file_expires(retention_days):
            return Status.EXPIRED
        return self.status

    def file_expires(self, retention_days: int) -> int:
        """Until when there is a file, epoch ms; 0 where there is none."""
        return self.ended + retention_days * DAY_MS if self.status is Status.COMPLETED else 0

    @property
    def progress(self) -> int:
        """Percent: 5 for a plan, up to 80 by parts, up to 95 by what is assembled."""
        if self.status in (Status.COMPLETED, Status.EXPIRED):
            return 100
        if self.status is Status.QUEUED or not self.parts:
            return 0
        return 5 + 75 * len(self.part_rows) // self.parts + 15 * self.assembled // 100


_TEXTS: dict[str, Any] = {"owner": Owner, "request": dict[str, Any], "files": tuple[ExportFile, ...]}
_FIELDS = tuple(field.name for field in msgspec.structs.fields(ExportJob) if field.name != "part_rows")


def to_item(job: ExportJob) -> Item:
    """The attributes in which a job is stored, without its key."""
    item: Item = {name: getattr(job, name) for name in _FIELDS if name not in _TEXTS}
    item["status"] = job.status.value
    item |= {name: msgspec.json.encode(getattr(job, name)).decode() for name in _TEXTS}
    return item | {f"{PART_ATTRIBUTE}{number}": rows for number, rows in job.part_rows.items()}


def from_item(item: Mapping[str, Any]) -> ExportJob:
    """The job of a stored item."""
    plain = {name: item[name] for name in _FIELDS if name in item and name not in _TEXTS}
    texts = {name: msgspec.json.decode(str(item[name]), type=kind) for name, kind in _TEXTS.items()}
    rows = {
        int(name.removeprefix(PART_ATTRIBUTE)): int(value)
        for name, value in item.items()
        if name.startswith(PART_ATTRIBUTE)
    }
    return ExportJob(**plain | texts | {"status": Status(item["status"]), "part_rows": rows})
