"""Export jobs on the deployed machine: every row of a log through the front door, and steps that go wrong."""

import io
import json
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyarrow.parquet import ParquetFile

from tests.e2e import oatutor
from tests.e2e.test_import import imported
from tests.worlds.site import PATIENCE_S, Site, ask

JOBS = "/api/v1/dashboard/export"
WORKSPACE = "exports"
SETTLED_S = 6.0  # events of the last five seconds before a job are left out
ENDS = ("completed", "failed", "cancelled")
RANGE = {"start": "2021-01-01", "end": "2022-05-01"}
STEPS = {"PartFunction": ("ExportPartFunction", "part"), "AssembleFunction": ("ExportAssembleFunction", "file")}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def rows(site: Site, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A log in the workspace, long enough ago for a job; how many rows it has."""
    log = oatutor.made_up(300)
    file = oatutor.write(tmp_path_factory.mktemp("log") / "log.csv", log)
    imported(site, file, WORKSPACE)
    time.sleep(SETTLED_S)
    return sum(row["eventType"] == "answerStep" for row in log)


def begin(site: Site, **body: Any) -> Json:
    given = {"format": "ndjson", "data_types": ["learning.interaction"], "date_range": RANGE} | body
    key = {"Idempotency-Key": uuid.uuid4().hex} | body.pop("headers", {})
    given.pop("headers", None)
    status, _, job = ask(f"{site.stack.url}{JOBS}", site.key(WORKSPACE), given, **key)
    assert status == 202, job
    return dict(job)


def ended(site: Site, job_id: str) -> tuple[Json, list[int]]:
    """A job at its end, and the progress that was seen on the way."""
    seen: list[int] = []
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        job = site.get(f"{JOBS}/{job_id}", WORKSPACE)
        seen.append(job["progress"])
        if job["status"] in ENDS:
            return job, seen
        time.sleep(0.3)
    raise AssertionError(f"the job did not end: {job}")


def objects(site: Site, job_id: str) -> list[str]:
    """What is left of a job in the bucket, uploads that were not finished as well."""
    s3, bucket = site.aws("s3"), site.stack.export_bucket
    place = {"Bucket": bucket, "Prefix": f"{WORKSPACE}/{job_id}/"}
    stored = s3.list_objects_v2(**place).get("Contents", [])
    return [one["Key"] for one in (*stored, *s3.list_multipart_uploads(**place).get("Uploads", []))]


def test_every_row_arrives_by_a_link_through_the_front_door(site: Site, rows: int) -> None:
    job, seen = ended(site, begin(site, format="parquet")["job_id"])
    assert (job["status"], job["rows"]) == ("completed", rows)
    assert (seen, seen[-1], len(set(seen)) > 2) == (sorted(seen), 100, True)
    assert job["download_url"].startswith(site.stack.url)
    with urllib.request.urlopen(job["download_url"], timeout=60) as answer:
        assert "learning.interaction_2021-01-01_2022-05-01.parquet" in answer.headers["Content-Disposition"]
        with ParquetFile(io.BytesIO(answer.read()), pre_buffer=False) as file:
            assert file.metadata.num_rows == rows
    assert len(objects(site, job["job_id"])) == 1


def test_several_data_types_arrive_as_one_archive(site: Site, rows: int) -> None:
    job, _ = ended(site, begin(site, format="csv", data_types=["learning.interaction", "learning.hint"])["job_id"])
    with urllib.request.urlopen(job["download_url"], timeout=60) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert archive.testzip() is None
    assert [one["rows"] for one in job["files"]] == [rows, 300 - rows]


def test_two_equal_requests_at_once_are_one_job(site: Site, rows: int) -> None:
    same = {"Idempotency-Key": uuid.uuid4().hex}
    site.key(WORKSPACE)
    with ThreadPoolExecutor(4) as pool:
        jobs = {job["job_id"] for job in pool.map(lambda _: begin(site, headers=dict(same)), range(4))}
    (job_id,) = jobs
    assert ended(site, job_id)[0]["status"] == "completed"
    arn = str(site.stack.state_machine_arn)
    listed = site.aws("stepfunctions").list_executions(stateMachineArn=arn, maxResults=1000)["executions"]
    assert len([one for one in listed if one["name"].startswith(f"{job_id}-1-")]) == 1
    assert len([one for one in listed if one["name"].startswith(job_id)]) == 1


# A machine whose steps go wrong


class Faulty:
    """State machines beside the deployed one, in which a step is a function that goes wrong."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._states, self._lambda = site.aws("stepfunctions"), site.aws("lambda")
        self._made: list[tuple[str, str]] = []

    def begin(self, step: str, fault: str) -> str:
        """A job whose machine has this fault; its id."""
        machine, job_id = self._machine(step, fault), self._job()
        given = {"workspace": WORKSPACE, "job_id": job_id, "attempt": 1, "format": "ndjson"}
        self._states.start_execution(stateMachineArn=machine, name=f"{job_id}-1", input=json.dumps(given))
        return job_id

    def tear_down(self) -> None:
        for machine, function in self._made:
            self._states.delete_state_machine(stateMachineArn=machine)
            self._lambda.delete_function(FunctionName=function)

    def _machine(self, step: str, fault: str) -> str:
        """The deployed definition, with a function of the test's for one of its steps."""
        real, handler = STEPS[step]
        deployed = self._states.describe_state_machine(stateMachineArn=str(self.site.stack.state_machine_arn))
        name = next(name for name in self.site.stack.functions.values() if real in name)
        function = self._function(name, handler, fault)
        definition = deployed["definition"].replace(f'"{name}"', f'"{function}"')
        assert function in definition
        made = self._states.create_state_machine(name=function, roleArn=deployed["roleArn"], definition=definition)
        self._made.append((made["stateMachineArn"], function))
        return str(made["stateMachineArn"])

    def _function(self, real: str, handler: str, fault: str) -> str:
        """A function that has all of a deployed one but its code."""
        config = self._lambda.get_function_configuration(FunctionName=real)
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.write(Path(__file__).with_name("faulty_steps.py"), "faulty_steps.py")
        name = f"faulty-{uuid.uuid4().hex[:12]}"
        self._lambda.create_function(
            FunctionName=name, Runtime=config["Runtime"], Role=config["Role"], Handler=f"faulty_steps.{handler}",
            Code={"ZipFile": code.getvalue()}, Timeout=config["Timeout"], MemorySize=config["MemorySize"],
            Layers=[layer["Arn"] for layer in config["Layers"]],
            Environment={"Variables": config["Environment"]["Variables"] | {"FAULT": fault}},
        )  # fmt: skip
        return name

    def _job(self) -> str:
        """A job that the deployed machine has finished, queued again for another."""
        job_id = str(begin(self.site)["job_id"])
        assert ended(self.site, job_id)[0]["status"] == "completed"
        key = {"pk": {"S": f"{WORKSPACE}#exports"}, "sk": {"S": job_id}}
        table = self.site.stack.tables["state"]
        dynamodb = self.site.aws("dynamodb")
        item = dynamodb.get_item(TableName=table, Key=key)["Item"]
        fresh = {name: value for name, value in item.items() if not name.startswith("part_")}
        fresh |= {"status": {"S": "queued"}, "parts": {"N": "0"}, "ended": {"N": "0"}, "assembled": {"N": "0"}}
        dynamodb.put_item(TableName=table, Item=fresh)
        for name in objects(self.site, job_id):
            self.site.aws("s3").delete_object(Bucket=self.site.stack.export_bucket, Key=name)
        return job_id


@pytest.fixture(scope="module")
def faulty(site: Site, rows: int) -> Iterator[Faulty]:
    machines = Faulty(site)
    yield machines
    machines.tear_down()


def test_a_part_that_fails_twice_is_written_in_the_end(site: Site, rows: int, faulty: Faulty) -> None:
    job, _ = ended(site, faulty.begin("PartFunction", "fails:2"))
    assert (job["status"], job["rows"], len(objects(site, job["job_id"]))) == ("completed", rows, 1)


def test_a_part_that_never_succeeds_ends_in_a_failed_job_that_leaves_nothing(site: Site, faulty: Faulty) -> None:
    job, _ = ended(site, faulty.begin("PartFunction", "fails:99"))
    assert (job["status"], job["download_url"], objects(site, job["job_id"])) == ("failed", None, [])
    assert "retry" in job["error"]
    assert "fault" not in job["error"]


def test_a_file_that_cannot_be_assembled_ends_in_a_failed_job_that_can_be_retried(
    site: Site, rows: int, faulty: Faulty
) -> None:
    job, _ = ended(site, faulty.begin("AssembleFunction", "fails:99"))
    assert (job["status"], objects(site, job["job_id"])) == ("failed", [])
    status, _, _ = ask(f"{site.stack.url}{JOBS}/{job['job_id']}/retry", site.key(WORKSPACE), {})
    assert status == 202
    again, _ = ended(site, job["job_id"])
    assert (again["status"], again["attempt"], again["rows"]) == ("completed", 2, rows)


def test_a_function_that_is_killed_midway_is_called_again_and_its_half_upload_is_gone(
    site: Site, rows: int, faulty: Faulty
) -> None:
    job, _ = ended(site, faulty.begin("PartFunction", "dies:1"))
    assert (job["status"], job["rows"], len(objects(site, job["job_id"]))) == ("completed", rows, 1)


def test_a_job_that_is_cancelled_midway_ends_at_once_and_leaves_nothing(site: Site, faulty: Faulty) -> None:
    job_id = faulty.begin("PartFunction", "waits")
    deadline = time.monotonic() + PATIENCE_S
    while not any("parts/" in name for name in objects(site, job_id)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    url = f"{site.stack.url}{JOBS}/{job_id}"
    request = urllib.request.Request(url, headers={"X-API-Key": site.key(WORKSPACE)}, method="DELETE")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["status"] == "cancelled"
    deadline = time.monotonic() + PATIENCE_S
    while objects(site, job_id):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert site.get(f"{JOBS}/{job_id}", WORKSPACE)["status"] == "cancelled"


def test_a_job_whose_owner_lost_the_right_to_read_fails(site: Site, faulty: Faulty) -> None:
    job_id = faulty._job()
    key = {"pk": {"S": f"{WORKSPACE}#exports"}, "sk": {"S": job_id}}
    gone = {"key_id": "token_1", "scope": "read", "user": "gone", "role": "analyst", "stamp": ""}
    site.aws("dynamodb").update_item(
        TableName=site.stack.tables["state"], Key=key, UpdateExpression="SET #owner = :owner",
        ExpressionAttributeNames={"#owner": "owner"}, ExpressionAttributeValues={":owner": {"S": json.dumps(gone)}},
    )  # fmt: skip
    given = {"workspace": WORKSPACE, "job_id": job_id, "attempt": 1, "format": "ndjson"}
    site.aws("stepfunctions").start_execution(
        stateMachineArn=str(site.stack.state_machine_arn), name=f"{job_id}-again", input=json.dumps(given)
    )
    job, _ = ended(site, job_id)
    assert (job["status"], objects(site, job_id)) == ("failed", [])
    assert "may no longer read" in job["error"]
