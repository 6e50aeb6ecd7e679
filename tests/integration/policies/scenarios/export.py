"""What the functions of exports are made to do: a job that runs, one that was cancelled, one that must not go on."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from belvedere.auth.caller import Caller
from belvedere.auth.people import fetch_person
from belvedere.clock import now_ms
from belvedere.export.jobs.access import owner_of
from belvedere.export.jobs.assemble import assemble
from belvedere.export.jobs.body import ExportJobBody
from belvedere.export.jobs.download_token import Download, sign
from belvedere.export.jobs.finish import finish
from belvedere.export.jobs.job import ExportJob, Owner, Status
from belvedere.export.jobs.objects import PART_BYTES, AttemptFiles
from belvedere.export.jobs.plan import plan
from belvedere.export.jobs.request import settle
from belvedere.export.jobs.run import JobRun, nobody_listens
from belvedere.export.jobs.store import JobStore
from belvedere.export.jobs.write_part import write_part
from belvedere.storage.client import s3
from belvedere.storage.tables import tables
from tests.contract.fixtures import BUCKET
from tests.integration.policies import recorder
from tests.integration.policies.scenarios.registry import scenario
from tests.worlds.stage import Stage

JOBS = "/api/v1/dashboard/export"
TEMPLATES = "/v1/directory/export-templates"
JOB = "exp_0a1b2c3d4e5f60718293a4b5"  # of the sample events
EVENT = {"workspace": "demo", "job_id": JOB, "attempt": 1}
STEPS: tuple[Callable[[JobRun], Any], ...] = (plan, lambda run: write_part(run, 0), assemble, finish)
WEEK = {"date_range": {"start": "2025-01-08", "end": "2025-01-14"}}
OF_A_STUDENT = {"data_types": ["learning.interaction"], "filters": {"dimension": "user", "in": ["user1"]}}
NOBODY = Owner(key_id="token_1", scope="read", user="nobody", role="analyst")


def run() -> JobRun:
    """The job of the sample events."""
    own, files = tables("demo"), AttemptFiles(s3(), BUCKET, "demo", JOB, 1)
    return JobRun(JOB, 1, JobStore(own.state, 7), files, own, 1, 512, nobody_listens)


def job(steps: int = 0, user: str = "instructor", **body: Any) -> JobRun:
    """The job of the sample events, begun anew by somebody, with so many of its steps done."""
    working, now, person = run(), now_ms(), fetch_person("demo", user)
    assert person is not None
    if old := working.store.get(JOB):
        working.store.change(JOB, 1, {"status": "queued"}, now=now, during=tuple(Status))
        working.store.take_back(old, None)
    caller = Caller("demo", "read", "token_1", user, person.role, person.stamp)
    given = ExportJobBody.model_validate({"format": "ndjson"} | WEEK | (body or OF_A_STUDENT))
    request = asyncio.run(settle(given, caller, now))
    made = ExportJob(job_id=JOB, status=Status.QUEUED, attempt=1, owner=owner_of(caller), request=request.to_json(),
               estimated_s=1, created=now, queued=now, updated=now)  # fmt: skip
    assert working.store.create(made)
    for step in STEPS[:steps]:
        step(working)
    return working


def abandoned(stage: Stage, module: str, event: dict[str, Any]) -> None:
    """A step of a job that was cancelled while much was written."""
    working = job()
    working.change({"status": "cancelled"})
    working.files.put(working.files.plan_key, b"[]")
    working.files.upload(working.files.part_key(0)).write(bytes(PART_BYTES))
    assert stage.run(module, event) in ({"stopped": True}, {"stopped": True, "parts": []})


def unreadable(stage: Stage, module: str, event: dict[str, Any], steps: int) -> None:
    """A step of a job whose owner is gone; that it failed is told."""
    job(steps).change({"owner": msgspec.json.encode(NOBODY).decode()})
    assert stage.run(module, event)["stopped"]


@scenario("export.plan")
def planned(stage: Stage) -> None:
    """A plan."""
    abandoned(stage, "export.plan", EVENT)
    unreadable(stage, "export.plan", EVENT, 0)
    job()
    assert stage.run("export.plan", EVENT)["parts"]
    job()


@scenario("export.part")
def part(stage: Stage) -> None:
    """Raw events, the answer to a query, and answers of routes."""
    event = EVENT | {"part": 0}
    abandoned(stage, "export.part", event)
    unreadable(stage, "export.part", event, 1)
    for body in ANSWERS:
        job(1, "admin", **body)
        assert not stage.run("export.part", event)["stopped"]
    job(1)


@scenario("export.assemble")
def assembled(stage: Stage) -> None:
    """A file, and a failure in the middle of the work."""
    abandoned(stage, "export.assemble", EVENT)
    job(2)
    assert not stage.run("export.assemble", EVENT)["stopped"]


@scenario("export.workbook")
def workbook(stage: Stage) -> None:
    """The same of a workbook."""
    abandoned(stage, "export.workbook", EVENT)
    job(2, format="excel", **OF_A_STUDENT)
    assert not stage.run("export.workbook", EVENT)["stopped"]


@scenario("export.finish")
def finished(stage: Stage) -> None:
    """The end of a job that succeeds, and of one that does not."""
    abandoned(stage, "export.finish", EVENT)
    job(1)
    stage.run("export.finish", EVENT | {"error": {"Error": "States.Timeout", "Cause": ""}})
    job(3)
    assert not stage.run("export.finish", EVENT)["stopped"]


@scenario("export.download")
def download(stage: Stage) -> None:
    """The link of a finished job."""
    job(4)
    token = sign(Download("demo", JOB, 1), secret=recorder.SECRET, now_s=now_ms() // 1_000)
    event = stage.sample("export.download") | {"rawQueryString": f"token={token}"}
    assert stage.run("export.download", event)["statusCode"] == 302


@scenario("export.jobs")
def jobs(stage: Stage) -> None:
    """A job that is begun, for an instructor too, listed, looked after, cancelled, begun anew, and not to be begun."""
    stage.http("export.jobs", {"format": "csv"} | WEEK | OF_A_STUDENT, user="instructor")
    stage.http("export.jobs", at=("GET", JOBS))
    job(4)
    stage.http("export.jobs", at=("GET", f"{JOBS}/{JOB}"))
    silent = job(1)
    silent.store.change(JOB, 1, {"updated": now_ms() - 120_000}, now=now_ms() - 120_000)
    stage.http("export.jobs", at=("GET", f"{JOBS}/{JOB}"))
    silent.files.upload(silent.files.part_key(0)).write(bytes(PART_BYTES))
    stage.http("export.jobs", at=("DELETE", f"{JOBS}/{JOB}"))
    stage.http("export.jobs", at=("POST", f"{JOBS}/{JOB}/retry"))
    stage.recorder.machine_fails = True
    event = stage.sample("export.jobs")
    assert stage.run("export.jobs", event | {"body": event["body"].replace("csv", "json")})["statusCode"] == 503
    stage.recorder.machine_fails = False


ANSWERS: tuple[dict[str, Any], ...] = (
    {"data_types": ["learning.interaction"]},
    {"data_types": ["query"], "query": {"board": "learning", "metrics": ["interaction_count"]}},
    {"data_types": ["learning.summary"]},
    {"data_types": ["learning.aggregation"], "filters": {"dimensions": ["user_id"], "metrics": ["interaction_count"]}},
)


@scenario("export.templates")
def templates(stage: Stage) -> None:
    """An export that is saved, read and forgotten."""
    one = f"{TEMPLATES}/weekly"
    event = {"format": "csv", "data_types": ["learning.interaction"]}
    stage.http("export.templates", event, at=("PUT", one))
    stage.http("export.templates", at=("GET", one))
    stage.http("export.templates", at=("DELETE", one))
