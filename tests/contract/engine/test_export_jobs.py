"""/api/v1/dashboard/export: a job from its request to its file, who may see it, and all in which it is refused."""

import csv
import io
import json
import zipfile
from hashlib import sha256
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from pyarrow.parquet import ParquetFile

from belvedere.auth.keys import revoke_key
from belvedere.auth.user_requests import UserBody
from belvedere.auth.users import delete_user, replace_user
from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, now_ms
from belvedere.export.jobs.erasure import expire_exports
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.objects import PART_BYTES, AttemptFiles
from belvedere.export.jobs.start import execution_name
from belvedere.export.jobs.store import JobStore, replaced
from belvedere.export.sources import raw_events
from belvedere.export.writers.formats import FORMATS
from belvedere.realtime.changelog.log import entries, read_head
from belvedere.rollups.erase import Erase
from belvedere.storage.client import s3
from belvedere.storage.keys.state import export_job_key
from belvedere.storage.tables import tables
from belvedere_cli.commands.erase import erase_user
from tests.contract.fixtures import BUCKET
from tests.contract.learning.school import EVENTS
from tests.contract.people import a_person
from tests.contract.productivity.team import session
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

JOBS = "/api/v1/dashboard/export"
INTERACTIONS, HINTS = "learning.interaction", "learning.hint"
RANGE = {"start": "2025-01-08", "end": "2025-01-14"}
IN_RANGE = {f"e{number:02}" for number in range(1, 11)}
NO_JOB = "exp_000000000000000000000000"
Json = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def school(served: Served) -> None:
    """The school's events, which are exported at once: they need not have settled."""
    served.send_and_fold(*EVENTS)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    monkeypatch.setattr(raw_events, "SETTLING_MS", 0)
    served.machine.waits = served.machine.broken = False


def asked(served: Served, **body: Any) -> httpx.Response:
    """A request for a job; each of a test is a job of its own."""
    headers = body.pop("headers", {})
    key = body.pop("key", "" if "Authorization" in headers else None)
    given = {"format": "ndjson", "data_types": [INTERACTIONS], "date_range": RANGE} | body
    return served.ask("POST", JOBS, key=key, json=given, headers={"Idempotency-Key": f"{now_ms()} {body}"} | headers)


def begun(served: Served, **body: Any) -> str:
    answer = asked(served, **body)
    assert answer.status_code == 202, answer.text
    assert answer.json().keys() == {"job_id", "status", "estimated_time"}
    assert answer.headers["location"] == f"{JOBS}/{answer.json()['job_id']}"
    return str(answer.json()["job_id"])


def status(served: Served, job_id: str, key: str | None = None, **headers: str) -> Json:
    answer = served.get(f"{JOBS}/{job_id}", key="" if headers else key, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def opened(served: Served, url: str) -> httpx.Response:
    """What a download link answers."""
    link = httpx.URL(url)
    return served.ask("GET", link.path, key="", params=dict(link.params))


def content(served: Served, url: str) -> bytes:
    """What a link leads to, as far as the object that it names: the emulator's S3 answers for itself."""
    answer = opened(served, url)
    assert answer.status_code == 302, answer.text
    place = httpx.URL(answer.headers["location"])
    assert place.params["response-content-disposition"].startswith("attachment; filename=")
    return bytes(httpx.get(place).raise_for_status().content)


def exported(served: Served, **body: Any) -> tuple[Json, bytes]:
    told = status(served, begun(served, **body))
    assert (told["status"], told["progress"], told["error"]) == ("completed", 100, None), told
    return told, content(served, told["download_url"])


def ids(lines: bytes) -> set[str]:
    return {json.loads(line)["id"] for line in lines.splitlines()}


def store(workspace: str = "demo") -> JobStore:
    return JobStore(tables(workspace).state, 7)


def stored(job_id: str) -> ExportJob:
    job = store().get(job_id)
    assert job is not None
    return job


def keys_of(job_id: str, workspace: str = "demo") -> list[str]:
    """What of a job is in the bucket, finished or not."""
    prefix = f"{workspace}/{job_id}/"
    found = s3().list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    uploads = s3().list_multipart_uploads(Bucket=BUCKET, Prefix=prefix).get("Uploads", [])
    return [one["Key"].removeprefix(prefix) for one in (*found, *uploads)]


# From a request to a file


def test_a_job_ends_with_a_file_that_has_the_rows_and_nothing_else_is_left(served: Served) -> None:
    told, file = exported(served)
    assert ids(file) == IN_RANGE
    (one,) = told["files"]
    assert one == {"name": f"{INTERACTIONS}.ndjson", "rows": 10, "bytes": len(file), "sha256": sha256(file).hexdigest()}
    assert (told["rows"], told["bytes"]) == (10, len(file))
    assert told["cost_nano_usd"] > 0
    assert told["date_range"] == {"start": "2025-01-08T00:00:00Z", "end": "2025-01-15T00:00:00Z", "timezone": "UTC"}
    assert keys_of(told["job_id"]) == [f"1/file/{INTERACTIONS}_2025-01-08_2025-01-14.ndjson"]


def test_columns_filters_and_compression_are_as_asked(served: Served) -> None:
    _, file = exported(
        served, format="csv", columns=["user", "id"], filters={"dimension": "user", "in": ["user3"]},
        include_headers=True, bom=True,
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert rows == [["user", "id"], ["user3", "e07"], ["user3", "e08"]]
    told, packed = exported(served, compress=True)
    assert packed[:2] == b"\x1f\x8b"
    assert told["files"][0]["name"].endswith(".ndjson.gz")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_each_format_has_every_row(served: Served, name: str) -> None:
    told, file = exported(served, format=name, columns=["id"])
    assert read_ids(name, file) == IN_RANGE
    assert told["files"][0]["rows"] == 10


def read_ids(name: str, file: bytes) -> set[str]:
    """The first column, as a reader of the format's own finds it."""
    match name:
        case "json":
            return {row["id"] for row in json.loads(file)}
        case "ndjson":
            return ids(file)
        case "csv":
            return {row["id"] for row in csv.DictReader(io.StringIO(file.decode(), newline=""))}
        case "excel":
            (sheet,) = load_workbook(io.BytesIO(file)).worksheets
            return {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)}
    with ParquetFile(io.BytesIO(file), pre_buffer=False) as parquet:
        return set(parquet.read(use_threads=False).column("id").to_pylist())


def test_several_data_types_are_one_archive_with_a_manifest(served: Served) -> None:
    told, file = exported(served, data_types=[INTERACTIONS, HINTS], columns={HINTS: ["id"]})
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.namelist() == [f"{INTERACTIONS}.ndjson", f"{HINTS}.ndjson", "manifest.json"]
        assert json.loads(archive.read(f"{HINTS}.ndjson")) == {"id": "h01"}
        assert json.loads(archive.read("manifest.json"))["files"] == told["files"]
    assert [one["rows"] for one in told["files"]] == [10, 1]


def test_several_data_types_in_excel_are_sheets_of_one_workbook(served: Served) -> None:
    told, file = exported(served, format="excel", data_types=[INTERACTIONS, HINTS])
    book = load_workbook(io.BytesIO(file))
    assert [sheet.max_row for sheet in book.worksheets] == [11, 2]
    assert told["rows"] == 11


def test_an_answer_is_exported_with_the_figures_of_its_route(served: Served) -> None:
    query = {"board": "learning", "metrics": ["interaction_count"], "group_by": ["agent_type"]}
    told, file = exported(served, data_types=["query"], query=query)
    answer = served.post("/v1/query", query | {"range": {"from": "2025-01-08", "to": "2025-01-15"}}).json()
    assert sorted(map(json.dumps, map(json.loads, file.splitlines()))) == sorted(map(json.dumps, answer["rows"]))
    assert told["as_of"]


def test_an_answer_in_pages_is_exported_with_all_of_them(served: Served) -> None:
    sessions = [session(f"paged-{number}", f"2025-01-09T10:00:{number % 60:02}Z") for number in range(130)]
    served.send_and_fold(*sessions)
    _, file = exported(served, data_types=["productivity.sessions"])
    rows = [json.loads(line) for line in file.splitlines()]
    listed = [row["text"] for row in rows if (row["section"], row["field"]) == ("sessions", "id")]
    assert sorted(listed) == sorted(one["id"] for one in sessions)
    assert [row["number"] for row in rows if row["section"] == "total_count"] == [130]


def test_an_empty_range_is_a_whole_file(served: Served) -> None:
    told, file = exported(served, format="json", date_range={"start": "2019-01-01", "end": "2019-01-02"})
    assert (json.loads(file), told["rows"]) == ([], 0)


def test_equal_requests_are_one_job_and_one_execution(served: Served) -> None:
    same = {"Idempotency-Key": "twice"}
    before = len(served.machine.executions)
    assert len({begun(served, headers=same) for _ in range(2)}) == 1
    assert len(served.machine.executions) == before + 1


def test_the_body_is_json_whatever_its_content_type_says(served: Served) -> None:
    body = json.dumps({"format": "csv", "data_types": [INTERACTIONS], "date_range": RANGE})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = served.ask("POST", JOBS, params={"workspace_id": "demo"}, content=body, headers=form)
    assert answer.status_code == 202


def test_a_link_is_another_at_each_reading_and_names_the_host_that_was_asked(served: Served) -> None:
    job_id = begun(served)
    proxied = {"X-Forwarded-Host": "boards.example:8000", "X-Forwarded-Proto": "http"}
    url = served.get(f"{JOBS}/{job_id}", headers=proxied).json()["download_url"]
    assert url.startswith(f"http://boards.example:8000{JOBS}/{job_id}/download?token=")
    assert served.get(f"{JOBS}/{job_id}").headers["cache-control"] == "private, no-store"


def test_jobs_are_listed_newest_first_in_pages(served: Served) -> None:
    first, second = begun(served), begun(served, format="csv")
    listed = served.get(JOBS, page=1, per_page=1).json()
    assert [job["job_id"] for job in listed["jobs"]] == [second]
    assert [job["job_id"] for job in served.get(JOBS, page=2, per_page=1).json()["jobs"]] == [first]
    assert listed["pagination"]["pages"] == listed["pagination"]["total"] >= 2


def test_the_end_of_a_job_is_told_on_the_log(served: Served) -> None:
    job_id = begun(served)
    state = tables("demo").state
    told = [entry.body for entry in entries(state, 0, read_head(state).seq) if entry.kind == "export"]
    assert (told[-1]["type"], told[-1]["export"]["job_id"], told[-1]["export"]["rows"]) == (
        "export_completed", job_id, 10,
    )  # fmt: skip


# Cancelled, failed, begun anew, expired


def test_a_waiting_job_is_cancelled_and_can_be_begun_anew(served: Served) -> None:
    served.machine.waits = True
    job_id = begun(served)
    assert (status(served, job_id)["status"], status(served, job_id)["progress"]) == ("queued", 0)
    assert served.ask("DELETE", f"{JOBS}/{job_id}").json() == {"job_id": job_id, "status": "cancelled"}
    assert served.machine.stopped[-1] == execution_name(stored(job_id))
    served.machine.run(execution_name(stored(job_id)))  # its first step comes late
    assert (status(served, job_id)["status"], keys_of(job_id)) == ("cancelled", [])
    served.machine.waits = False
    assert served.ask("POST", f"{JOBS}/{job_id}/retry").status_code == 202
    told = status(served, job_id)
    assert (told["status"], told["attempt"]) == ("completed", 2)


def test_a_job_that_has_ended_cannot_be_cancelled_nor_a_completed_one_retried(served: Served) -> None:
    job_id = begun(served)
    assert_refused(served.ask("DELETE", f"{JOBS}/{job_id}"), 409, "CONFLICT", "completed")
    assert_refused(served.ask("POST", f"{JOBS}/{job_id}/retry"), 409, "CONFLICT", "failed, cancelled, expired")


def test_a_step_that_comes_twice_changes_nothing(served: Served) -> None:
    from export import finish, part
    from tests.worlds.machine import CONTEXT

    job_id = begun(served)
    event = {"workspace": "demo", "job_id": job_id, "attempt": 1}
    before = stored(job_id), keys_of(job_id)
    assert finish.handler(event, CONTEXT) == {"stopped": False}
    assert part.handler(event | {"part": 0}, CONTEXT) == {"stopped": False}
    assert (stored(job_id), keys_of(job_id)) == before


def test_a_part_counts_once_however_often_it_is_written(served: Served) -> None:
    from export import part, plan
    from tests.worlds.machine import CONTEXT

    served.machine.waits = True
    job_id = begun(served)
    event = {"workspace": "demo", "job_id": job_id, "attempt": 1}
    assert plan.handler(event, CONTEXT)["parts"] == [0]
    part.handler(event | {"part": 0}, CONTEXT)
    once = stored(job_id)
    part.handler(event | {"part": 0}, CONTEXT)
    again = stored(job_id)
    assert (again.part_rows, again.work_ms, again.progress) == (once.part_rows, once.work_ms, once.progress)


def test_a_failure_is_told_in_plain_words_and_leaves_nothing(served: Served) -> None:
    from export import finish, plan
    from tests.worlds.machine import CONTEXT

    served.machine.waits = True
    job_id = begun(served)
    event = {"workspace": "demo", "job_id": job_id, "attempt": 1, "format": "csv"}
    plan.handler(event, CONTEXT)
    files = AttemptFiles(s3(), BUCKET, "demo", job_id, 1)
    files.upload(files.part_key(0)).write(bytes(PART_BYTES))  # a part that was killed on its way
    assert len(keys_of(job_id)) == 2
    finish.handler(event | {"error": {"Error": "KeyError", "Cause": '{"errorMessage": "secret"}'}}, CONTEXT)
    told = status(served, job_id)
    assert (told["status"], told["download_url"], keys_of(job_id)) == ("failed", None, [])
    assert "secret" not in told["error"]
    assert "retry" in told["error"]


def test_a_job_whose_execution_ended_without_a_word_has_failed_and_leaves_nothing(served: Served) -> None:
    served.machine.waits = True
    job_id = begun(served)
    files = AttemptFiles(s3(), BUCKET, "demo", job_id, 1)
    files.put(files.part_key(0), b"rows")
    served.machine.waits = False  # and so it has ended, as far as it is asked after
    assert status(served, job_id)["status"] == "queued", "which is asked only about those that are silent for long"
    store().change(job_id, 1, {}, now=now_ms() - 120_000)
    assert (status(served, job_id)["status"], keys_of(job_id)) == ("failed", [])


def test_a_job_that_cannot_be_started_is_forgotten(served: Served) -> None:
    served.machine.broken = True
    before = served.get(JOBS).json()["pagination"]["total"]
    assert_refused(asked(served), 503, "SERVICE_UNAVAILABLE", "send the same request again")
    assert served.get(JOBS).json()["pagination"]["total"] == before


def test_a_retry_that_cannot_be_started_leaves_the_job_as_it_was(served: Served) -> None:
    served.machine.waits = True
    job_id = begun(served)
    served.ask("DELETE", f"{JOBS}/{job_id}")
    before = stored(job_id)
    served.machine.broken = True
    assert_refused(served.ask("POST", f"{JOBS}/{job_id}/retry"), 503, "SERVICE_UNAVAILABLE")
    assert stored(job_id) == before
    served.machine.broken = served.machine.waits = False
    assert served.ask("POST", f"{JOBS}/{job_id}/retry").status_code == 202
    assert (status(served, job_id)["status"], status(served, job_id)["attempt"]) == ("completed", 2)


def test_an_equal_request_that_cannot_be_started_leaves_the_job_of_the_first(served: Served) -> None:
    same = {"Idempotency-Key": "the second breaks"}
    served.machine.waits = True
    job_id = begun(served, headers=same)
    served.machine.broken = True
    assert_refused(asked(served, headers=same), 503, "SERVICE_UNAVAILABLE")
    assert status(served, job_id)["status"] == "queued"


def test_a_job_that_an_equal_request_has_started_is_not_taken_back(served: Served) -> None:
    served.machine.waits = True
    job = stored(begun(served))
    assert store().share(job)
    store().take_back(job, None)
    assert stored(job.job_id).status is Status.QUEUED


def test_a_request_whose_job_is_no_longer_remembered_is_worked_on_anew(served: Served) -> None:
    same = {"Idempotency-Key": "remembered for a month"}
    job = stored(begun(served, headers=same))
    state = tables("demo").state
    state.delete_all([export_job_key("demo", job.job_id)])
    assert begun(served, headers=same) == job.job_id
    assert status(served, job.job_id)["status"] == "completed"


def test_an_expired_file_says_how_to_get_it_again(served: Served) -> None:
    job_id = begun(served)
    url = status(served, job_id)["download_url"]
    store().change(job_id, 1, {"ended": now_ms() - 7 * DAY_MS}, now=now_ms(), during=[Status.COMPLETED])
    assert (status(served, job_id)["status"], status(served, job_id)["download_url"]) == ("expired", None)
    assert_refused(opened(served, url), 410, "GONE", f"POST {JOBS}/{job_id}/retry")
    assert served.ask("POST", f"{JOBS}/{job_id}/retry").status_code == 202
    assert status(served, job_id)["status"] == "completed"
    assert_refused(opened(served, url), 403, "FORBIDDEN", "token")


# Saved exports

TEMPLATES = "/v1/directory/export-templates"


def test_a_saved_export_is_begun_by_its_id_with_fields_of_the_request_in_place_of_its_own(served: Served) -> None:
    admin = served.key("admin")
    saved = {"format": "csv", "data_types": [INTERACTIONS], "date_range": RANGE, "columns": ["id"]}
    put = served.ask("PUT", f"{TEMPLATES}/weekly", key=admin, json=saved)
    assert put.json() == {"template_id": "weekly", "export": saved}
    assert served.get(TEMPLATES).json() == {"templates": [put.json()]}
    first = served.post(JOBS, {"template_id": "weekly"})
    assert content(served, status(served, first.json()["job_id"])["download_url"]).startswith(b"id\r\n")
    other = served.post(JOBS, {"template_id": "weekly", "format": "ndjson"})
    assert ids(content(served, status(served, other.json()["job_id"])["download_url"])) == IN_RANGE
    assert served.ask("DELETE", f"{TEMPLATES}/weekly", key=admin).status_code == 204
    assert_refused(served.get(f"{TEMPLATES}/weekly"), 404, "NOT_FOUND", "weekly")
    assert_refused(served.post(JOBS, {"template_id": "weekly"}), 400, "VALIDATION_ERROR", "template_id: ")


def test_an_export_that_could_not_be_begun_is_not_saved(served: Served) -> None:
    wrong = {"format": "csv", "data_types": [INTERACTIONS], "columns": ["no"]}
    refused = served.ask("PUT", f"{TEMPLATES}/wrong", key=served.key("admin"), json=wrong)
    assert_refused(refused, 422, "VALIDATION_ERROR", "columns: 'no'")
    assert served.get(TEMPLATES).json() == {"templates": []}


# Who may see what


def test_a_student_exports_their_own_rows_only(served: Served) -> None:
    ada = a_person("student", "user1")
    told = status(served, begun(served, headers=ada), **ada)
    assert ids(content(served, told["download_url"])) == {"e01", "e02", "e05", "e10"}
    others = {"dimension": "user", "in": ["user2"]}
    assert_refused(asked(served, headers=ada, filters=others), 403, "FORBIDDEN")
    assert_refused(asked(served, headers=ada, data_types=["query"], query={}), 400, "VALIDATION_ERROR")


def test_a_viewer_exports_no_rows_of_persons(served: Served) -> None:
    assert_refused(asked(served, headers=a_person("viewer", "guest")), 403, "FORBIDDEN")


def test_a_job_of_a_person_is_seen_by_them_and_administrators_and_is_unknown_to_others(served: Served) -> None:
    ana, bob = a_person("analyst", "ana"), a_person("analyst", "bob")
    job_id = begun(served, headers=ana)
    assert status(served, job_id, **ana)["job_id"] == job_id
    assert status(served, job_id, **a_person("admin", "root"))["job_id"] == job_id
    unknown = {NO_JOB: served.get(f"{JOBS}/{NO_JOB}", key="", headers=bob).json()["detail"]}
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/retry")):
        refused = served.ask(method, f"{JOBS}/{job_id}{path}", key="", headers=bob)
        body = assert_refused(refused, 404, "NOT_FOUND")
        assert body["detail"].replace(job_id, NO_JOB) == unknown[NO_JOB]
    listed = [job["job_id"] for job in served.get(JOBS, key="", headers=bob, per_page=100).json()["jobs"]]
    assert job_id not in listed


def test_whoever_gets_the_id_later_sees_no_job_of_the_one_before(served: Served) -> None:
    body: Json = {"headers": a_person("analyst", "tess") | {"Idempotency-Key": "the same"}}
    job_id = begun(served, **body)
    delete_user(tables("demo"), "tess")
    body["headers"] |= a_person("analyst", "tess")
    own = {"Authorization": body["headers"]["Authorization"]}
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/retry")):
        assert_refused(served.ask(method, f"{JOBS}/{job_id}{path}", key="", headers=own), 404, "NOT_FOUND")
    listed = served.get(JOBS, key="", headers=own, per_page=100).json()["jobs"]
    assert job_id not in [job["job_id"] for job in listed]
    assert begun(served, **body) != job_id


def test_a_new_password_leaves_the_jobs_of_before_to_administrators(served: Served) -> None:
    job_id = begun(served, headers=a_person("analyst", "pia"))
    replace_user(tables("demo"), "pia", UserBody.model_validate({"role": "analyst", "password": "another password 1"}))
    refused = served.get(f"{JOBS}/{job_id}", key="", headers=a_person("analyst", "pia"))
    assert_refused(refused, 404, "NOT_FOUND")
    assert status(served, job_id, **a_person("admin", "root"))["job_id"] == job_id


def test_another_workspace_is_refused_and_its_jobs_are_unknown(served: Served) -> None:
    job_id = begun(served)
    theirs = served.key(workspace="theirs")
    assert_refused(served.get(f"{JOBS}/{job_id}", key=theirs), 404, "NOT_FOUND", job_id)
    body = {"format": "csv", "data_types": [INTERACTIONS]}
    answer = served.ask("POST", JOBS, params={"workspace_id": "theirs"}, json=body)
    assert_refused(answer, 403, "FORBIDDEN", "workspace_id: is not the workspace of this key or token")


def test_who_loses_the_right_to_read_gets_no_file(served: Served) -> None:
    eve = a_person("analyst", "eve")
    done = status(served, begun(served, headers=eve), **eve)["download_url"]
    served.machine.waits = True
    waiting = begun(served, headers=eve, format="csv")
    replace_user(tables("demo"), "eve", UserBody.model_validate({"role": "viewer"}))
    served.machine.run(execution_name(stored(waiting)))
    told = status(served, waiting, **a_person("admin", "root"))
    assert (told["status"], keys_of(waiting)) == ("failed", [])
    assert "may no longer read" in told["error"]
    assert_refused(opened(served, done), 403, "FORBIDDEN", "may no longer read")


def test_the_link_of_a_revoked_key_opens_nothing(served: Served) -> None:
    key = served.key("read", workspace="keys")
    job_id = begun(served, key=key)
    url = status(served, job_id, key)["download_url"]
    owner = store("keys").get(job_id)
    assert owner is not None
    revoke_key("keys", owner.owner.key_id)
    assert_refused(opened(served, url), 403, "FORBIDDEN", "revoked")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_a_wrong_token_opens_nothing(served: Served, token: str) -> None:
    answer = served.get(f"{JOBS}/{begun(served)}/download", key="", token=token)
    assert_refused(answer, 401, "UNAUTHORIZED", "token: ")


# Erasing a user


def test_erasing_a_user_takes_the_exports_that_may_hold_their_rows(served: Served) -> None:
    own = tables("demo")
    by_range = {"start": "2025-01-10", "end": "2025-01-10"}
    held, running = begun(served), begun(served, data_types=[INTERACTIONS, HINTS])
    other_days, other_type = begun(served, date_range=by_range), begun(served, data_types=[HINTS])
    erase = Erase(own.events, own.rollups, own.state, tuple(CATALOG.rollup_tables.values()), 1)
    days = erase.days("user3")
    assert days[INTERACTIONS]
    assert days[HINTS] == []
    expire_exports(own, "user3", days)
    assert {job_id: status(served, job_id)["status"] for job_id in (held, running, other_days, other_type)} == {
        held: "expired", running: "expired", other_days: "completed", other_type: "completed",
    }  # fmt: skip
    assert (keys_of(held), keys_of(running)) == ([], [])


def test_erasing_a_user_ends_the_exports_that_are_just_written(served: Served) -> None:
    served.machine.waits = True
    job_id = begun(served)
    assert expire_exports(tables("demo"), "user1", {INTERACTIONS: [stored(job_id).request["start"]]}) >= 1
    assert (status(served, job_id)["status"], "erased" in status(served, job_id)["error"]) == ("failed", True)


@pytest.mark.parametrize("ended", [Status.FAILED, Status.CANCELLED, Status.EXPIRED])
def test_erasing_a_user_deletes_what_is_left_of_jobs_that_have_ended_and_of_earlier_attempts(
    served: Served, ended: Status
) -> None:
    served.machine.waits = True
    job_id = begun(served)
    assert store().begin_again(replaced(stored(job_id), attempt=2), stored(job_id))
    assert store().change(job_id, 2, {"status": ended.value}, now=now_ms())
    for number in (1, 2):
        files = AttemptFiles(s3(), BUCKET, "demo", job_id, number)
        files.put(files.part_key(0), b"rows")
        files.upload(files.part_key(1)).write(bytes(PART_BYTES))
    assert len(keys_of(job_id)) == 4
    expire_exports(tables("demo"), "user1", {INTERACTIONS: [stored(job_id).request["start"]]})
    assert (status(served, job_id)["status"], keys_of(job_id)) == (ended, [])


def test_an_export_that_is_made_while_a_user_is_erased_is_gone_when_they_are(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile: list[str] = []

    def delete_events(_erase: Erase, _user: str) -> int:
        meanwhile.append(begun(served))
        assert status(served, meanwhile[0])["status"] == "completed"
        return 0

    monkeypatch.setattr(Erase, "run", delete_events)
    erase_user(tables("demo"), "user3")
    assert (status(served, meanwhile[0])["status"], keys_of(meanwhile[0])) == ("expired", [])


# What is refused


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ({"format": "pdf"}, "BAD_REQUEST", "format: 'pdf' is not one of json, ndjson, csv, excel"),
        ({"format": None}, "BAD_REQUEST", "format: is required"),
        ({"data_types": []}, "VALIDATION_ERROR", "data_types: "),
        ({"data_types": ["learning.no"]}, "BAD_REQUEST", "data_types: 'learning.no' is not one of "),
        ({"data_types": [INTERACTIONS] * 2}, "VALIDATION_ERROR", "data_types: "),
        ({"date_range": {"start": "2025-01-02", "end": "2025-01-01"}}, "VALIDATION_ERROR", "date_range.start: "),
        ({"date_range": {"start": "2010-01-02", "end": "2025-01-01"}}, "VALIDATION_ERROR", "date_range: at most "),
        ({"date_range": {"start": "2025-01-02", "end": "9999-12-31"}}, "VALIDATION_ERROR", "date_range.end: "),
        ({"data_types": ["productivity.metrics"]}, "VALIDATION_ERROR", "date_range.end: this data ends today"),
        ({"data_types": ["productivity.overview"]}, "VALIDATION_ERROR", "date_range: this data is of the present"),
        ({"data_types": ["learning.summary"], "filters": {"end_date": "2"}}, "VALIDATION_ERROR", "filters.end_date: "),
        ({"columns": ["no"]}, "VALIDATION_ERROR", "columns: 'no' is not one of "),
        ({"columns": {"other": ["id"]}}, "VALIDATION_ERROR", "columns: "),
        ({"filters": {"dimension": "no", "in": ["a"]}}, "VALIDATION_ERROR", "filters: "),
        ({"data_types": [INTERACTIONS, HINTS], "columns": ["id"]}, "VALIDATION_ERROR", "columns: "),
        ({"query": {}}, "VALIDATION_ERROR", "query: is for the data type query"),
        ({"bom": True}, "VALIDATION_ERROR", "bom: is for csv"),
        ({"format": "excel", "compress": True}, "VALIDATION_ERROR", "compress: is for "),
        ({"timezone": "Mars"}, "VALIDATION_ERROR", "timezone: "),
        ({"no_such_field": 1}, "VALIDATION_ERROR", "no_such_field"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_exported_is_refused_with_400_and_makes_no_job(
    served: Served, body: Json, code: str, told: str
) -> None:
    before = served.get(JOBS).json()["pagination"]["total"]
    assert told in assert_refused(asked(served, **body), 400, code)["detail"]
    assert served.get(JOBS).json()["pagination"]["total"] == before


def test_a_body_that_is_no_json_is_refused(served: Served) -> None:
    assert_refused(served.ask("POST", JOBS, content=b"{"), 400, "BAD_REQUEST", "not valid JSON")


def test_a_page_that_there_cannot_be_is_refused(served: Served) -> None:
    assert_refused(served.get(JOBS, per_page=0), 400, "VALIDATION_ERROR", "per_page")
