"""POST /dashboard/export: every kind of data in every format, as the contract documents it and as its client asks."""

import base64
import csv
import importlib
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from belvedere.auth.caller import Caller
from belvedere.boards.learning.exports import export_request as exports
from belvedere.boards.learning.exports import interactions, students
from belvedere.export import inline
from belvedere.export.sources import raw_events
from belvedere.http import pipeline
from infra.local.settings import ROOT
from tests.clock import now
from tests.contract.learning.school import WEEK, among, mean_ms, totals
from tests.contract.shapes import assert_like, assert_refused, moment
from tests.worlds.served import CONTEXT, Served, interaction

PATH = "/dashboard/export"
DOCUMENTED = json.loads("""
{
  "format": "json",
  "data_type": "interactions",
  "time_range": {"start": "2025-01-08T00:00:00", "end": "2025-01-15T00:00:00"},
  "data": [{"id": "12345", "user_id": "user_123", "agent_type": "kinematics", "created_at": "2025-01-14T10:30:00",
            "success": true, "execution_time_ms": 245.0}],
  "export_timestamp": "2025-01-15T10:30:00"
}
""")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"json": "application/json", "csv": "text/csv; charset=utf-8", "excel": XLSX}
DATA = ("interactions", "analytics", "summary", "students")
ON_ALL_DATA = pytest.mark.parametrize("data", DATA)
Json = dict[str, Any]


def export(board: Served, data: str = "interactions", form: str = "json", **body: Any) -> httpx.Response:
    """The client's way: everything in the body, and the two parameters in the query."""
    key = body.pop("key", None)
    asked = {"export_format": form, "data_type": data}
    body = {"time_range": WEEK, **asked, **body}
    return board.ask("POST", PATH, key=key, params=asked, json=body)


def rows(board: Served, data: str = "interactions", form: str = "json", **body: Any) -> list[Json]:
    answer = export(board, data, form, **body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA[form]
    if form == "json":
        return list(answer.json()["data"])
    if form == "csv":
        return list(csv.DictReader(io.StringIO(answer.text, newline="")))
    (page,) = load_workbook(io.BytesIO(answer.content)).worksheets
    header, *lines = page.iter_rows(values_only=True)
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


def ids(found: list[Json]) -> list[str]:
    return [row["id"] for row in found]


# The documented shape


def test_the_answer_has_the_documented_shape(board: Served) -> None:
    answer = export(board, filters={"user_ids": ["user1"], "agent_types": ["kinematics"]})
    assert_like(answer.json(), DOCUMENTED)
    assert answer.json()["time_range"] == {"start": WEEK["start_date"], "end": WEEK["end_date"], "preset": None}
    assert answer.headers["x-api-version"] == "2.0.0"


def test_parameters_alone_are_enough_as_documented(board: Served) -> None:
    asked = {"export_format": "json", "data_type": "interactions", **WEEK}
    answer = board.ask("POST", PATH, params=asked)
    assert ids(answer.json()["data"]) == ids(rows(board))


def test_a_preset_is_taken_by_query_and_by_body(board: Served) -> None:
    board.send_and_fold(interaction("now", now().isoformat()), workspace="presets")
    asked, key = {"export_format": "json", "data_type": "interactions"}, board.key(workspace="presets")
    for told in (
        board.ask("POST", PATH, key=key, params=asked | {"preset": "24h"}),
        board.ask("POST", PATH, key=key, json=asked | {"preset": "24h"}),
        board.ask("POST", PATH, key=key, json=asked | {"time_range": {"preset": "24h"}}),
    ):
        assert told.json()["time_range"]["preset"] == "24h"
        assert ids(told.json()["data"]) == ["now"]


def test_the_body_may_be_the_filters_themselves_as_in_the_original(board: Served) -> None:
    asked = {"export_format": "json", "data_type": "interactions", **WEEK}
    bare = board.ask("POST", PATH, params=asked, json={"user_ids": ["user3"]}).json()["data"]
    assert ids(bare) == ids(rows(board, filters={"user_ids": ["user3"]})) == ["e08", "e07"]
    nothing = board.ask("POST", PATH, params=asked, content="null", headers={"Content-Type": "application/json"})
    assert ids(nothing.json()["data"]) == ids(rows(board))


# Every kind of data in every format


@ON_ALL_DATA
@pytest.mark.parametrize("form", ["csv", "excel"])
def test_a_file_has_the_documented_name_and_the_rows_of_the_json(board: Served, data: str, form: str) -> None:
    answer = export(board, data, form)
    extension = {"csv": "csv", "excel": "xlsx"}[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="dashboard_export_{data}.{extension}"'
    assert answer.headers["cache-control"] == "private, no-store"
    plain, filed = rows(board, data), rows(board, data, form)
    assert plain
    assert [list(row) for row in filed] == [list(row) for row in plain]
    assert [[same(value) for value in row.values()] for row in filed] == [
        [same(value) for value in row.values()] for row in plain
    ]


def same(value: Any) -> str:
    """A value of any format as text."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:.10g}"
        case datetime():
            return value.isoformat(timespec="milliseconds").removesuffix(".000")
    text = str(value).removesuffix("Z").removesuffix(".000")
    try:
        return f"{float(text):.10g}"
    except ValueError:
        return text


@ON_ALL_DATA
def test_json_is_no_attachment_and_nobody_keeps_it(board: Served, data: str) -> None:
    answer = export(board, data)
    assert "content-disposition" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-store"
    assert (answer.json()["data_type"], answer.json()["format"]) == (data, "json")


def test_excel_has_numbers_and_dates(board: Served) -> None:
    row = rows(board, "interactions", "excel")[-1]
    assert row["execution_time_ms"] == 100
    assert row["created_at"] == datetime(2025, 1, 8)
    assert row["success"] is True


@pytest.mark.parametrize("form", ["csv", "excel"])
def test_headers_can_be_left_out(board: Served, form: str) -> None:
    with_them, without = export(board, form=form), export(board, form=form, include_headers=False)
    if form == "csv":
        assert without.text.splitlines() == with_them.text.splitlines()[1:]
    else:
        (page,) = load_workbook(io.BytesIO(without.content)).worksheets
        assert page.cell(1, 1).value == "e10"


# Interactions


def test_interactions_are_the_events_newest_first(board: Served) -> None:
    expected = sorted(among(*WEEK.values()), key=lambda one: (moment(one["time"]), one["id"]), reverse=True)
    found = rows(board)
    assert ids(found) == [one["id"] for one in expected]
    for row, event in zip(found, expected, strict=True):
        own = event["properties"]
        assert row["user_id"] == event.get("user")
        assert moment(row["created_at"]) == moment(event["time"])
        told = (row["success"], row["agent_type"], row["execution_time_ms"], row["concept"])
        assert told == (own["success"], own.get("agent_type"), own.get("execution_time_ms"), own.get("concept"))


def test_other_properties_are_metadata(board: Served) -> None:
    event = interaction("extra", "2025-01-14T10:00:00Z", class_id="c1", difficulty_level="hard", note="=1+1")
    board.send_and_fold(event, workspace="extra")
    told = {"key": board.key(workspace="extra")}
    (row,) = rows(board, **told)
    assert row["metadata"] == {"class_id": "c1", "difficulty_level": "hard", "note": "=1+1"}
    (line,) = rows(board, "interactions", "csv", **told)
    assert json.loads(line["metadata"]) == row["metadata"]
    assert ids(rows(board, **told, filters={"difficulty_levels": ["hard"]})) == ["extra"]
    assert rows(board, **told, filters={"difficulty_levels": ["easy"]}) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"user_ids": ["user2", "user3"]}, {"e03", "e04", "e06", "e07", "e08"}),
        ({"user_ids": ["user2,user3"], "agent_types": ["forces"]}, {"e03", "e04", "e06"}),
        ({"concepts": ["friction"]}, {"e03", "e04"}),
        ({"concepts": ["friction"], "success_only": True, "user_ids": ["user1"]}, set()),
        ({"success_only": True}, {"e01", "e03", "e04", "e05", "e07", "e08", "e09"}),
        ({"success_only": False, "user_ids": ["user3"]}, {"e07", "e08"}),
        ({"min_response_time": 250.5}, {"e02", "e03", "e06", "e10"}),
        ({"max_response_time": 100}, {"e01", "e07", "e09"}),
        ({"min_response_time": 100, "max_response_time": 240}, {"e01", "e05", "e08"}),
        ({"user_ids": ["nobody"]}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_filters_choose_interactions(board: Served, filters: Json, expected: set[str]) -> None:
    assert set(ids(rows(board, filters=filters))) == expected


def test_equal_moments_and_slices_keep_the_order(board: Served) -> None:
    events = [interaction(f"same-{n}", "2025-01-14T10:00:00Z") for n in range(8)]
    with board.with_environment(EVENT_SLICES="3"):
        board.send_and_fold(*events, workspace="sliced")
        found = rows(board, key=board.key(workspace="sliced"))
    assert ids(found) == [f"same-{n}" for n in reversed(range(8))]


def test_what_is_not_folded_yet_is_there_if_it_is_of_today(board: Served) -> None:
    board.send(interaction("fresh", now().isoformat()), workspace="unfolded")
    found = rows(board, key=board.key(workspace="unfolded"), time_range={"preset": "24h"})
    assert ids(found) == ["fresh"]
    board.fold()


def test_all_that_match_are_told_as_such(board: Served) -> None:
    answer = export(board)
    assert (answer.json()["truncated"], answer.json()["total"]) == (False, 10)
    assert (answer.headers["x-truncated"], answer.headers["x-total-rows"]) == ("false", "10")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_limit_gives_the_newest_and_says_how_many_there_are(board: Served, form: str) -> None:
    answer = export(board, form=form, limit=3)
    assert (answer.headers["x-truncated"], answer.headers["x-total-rows"]) == ("true", "10")
    assert ids(rows(board, form=form, limit=3)) == ["e10", "e09", "e08"]
    if form == "json":
        assert (answer.json()["truncated"], answer.json()["total"]) == (True, 10)


def test_a_total_that_no_rollup_tells_is_null(board: Served) -> None:
    answer = export(board, limit=1, filters={"min_response_time": 1})
    assert (answer.json()["truncated"], answer.json()["total"]) == (True, None)
    assert "x-total-rows" not in answer.headers


def test_more_than_an_answer_holds_becomes_a_job_and_is_never_cut(
    board: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "MOST_ROWS", 4)
    monkeypatch.setattr(raw_events, "SETTLING_MS", 0)
    answer = export(board, form="csv", filters={"success_only": True})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/dashboard/export/{answer.json()['job_id']}"
    job = board.get(answer.headers["location"]).json()
    assert (job["status"], job["rows"], job["format"]) == ("completed", 7, "csv")
    assert (job["date_range"]["start"], job["date_range"]["end"]) == (WEEK["start_date"], WEEK["end_date"])
    assert len(rows(board, filters={"user_ids": ["user1"], "agent_types": ["kinematics"]})) == 3


def test_what_no_job_can_filter_by_is_413_and_never_cut_in_silence(
    board: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "MOST_ROWS", 4)
    too_many = export(board, filters={"min_response_time": 1})
    told = assert_refused(too_many, 413, "PAYLOAD_TOO_LARGE", "more than 4", "limit", "user_ids")
    assert "shorter range" in told["detail"]


def test_more_than_one_export_may_look_at_is_413(board: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "READ_AT_MOST", 5)
    bounded = {"user_ids": ["nobody"], "min_response_time": 1}
    assert_refused(export(board, filters=bounded), 413, "PAYLOAD_TOO_LARGE", "5", "shorter range")
    newest = export(board, limit=2, filters={"user_ids": ["user3"]}).json()
    assert (ids(newest["data"]), newest["truncated"]) == (["e08", "e07"], True)  # there may be more


@pytest.mark.parametrize("form", ["json", "csv", "excel"])
@ON_ALL_DATA
def test_a_file_that_no_answer_can_carry_is_413_and_says_how_to_ask_for_less(
    board: Served, data: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "CARRIED_AT_MOST", 40)
    answer = export(board, data, form)
    if data == "interactions":
        assert answer.status_code == 202
        return
    assert_refused(answer, 413, "PAYLOAD_TOO_LARGE", "larger than one answer can carry", "ask for")


# The series, the summary, students


def test_analytics_is_the_series_bucket_by_bucket(board: Served) -> None:
    body = {"metrics": ["interaction_count"], "time_range": WEEK, "granularity": "1h"}
    series = board.post("/dashboard/timeseries", body).json()["data"]
    assert rows(board, "analytics") == series
    by_day = rows(board, "analytics", granularity="1d")
    assert [row["interaction_count"] for row in by_day] == [1, 0, 3, 0, 0, 0, 6]


def test_analytics_of_a_long_range_is_by_day(board: Served) -> None:
    found = rows(board, "analytics", time_range={"start_date": "2025-01-01T00:00:00Z", "end_date": WEEK["end_date"]})
    assert len(found) == 14


@pytest.mark.parametrize(
    "filters", [{"agent_types": ["forces"]}, {"concepts": ["velocity"]}, {"success_only": True}], ids=str
)
def test_analytics_obeys_filters(board: Served, filters: Json) -> None:
    body = {"metrics": ["interaction_count"], "time_range": WEEK, "granularity": "1d", "filters": filters}
    assert rows(board, "analytics", granularity="1d", filters=filters) == board.post(
        "/dashboard/timeseries", body
    ).json()["data"]  # fmt: skip


def test_the_summary_is_told_one_number_a_row(board: Served) -> None:
    found = rows(board, "summary", filters={"agent_types": ["forces", "energy"]})
    whole = {row["metric"]: row["value"] for row in found if row["section"] == "summary"}
    assert whole == pytest.approx(totals(among(*WEEK.values(), agents=["forces", "energy"])))
    agents = {row["name"]: row["value"] for row in found if row["section"] == "agent_breakdown"}
    assert agents == {"forces": 3, "energy": 2}
    assert len([row for row in found if row["section"] == "hourly_activity"]) == 48


def test_students_are_told_one_a_row_the_busiest_first(board: Served) -> None:
    found = rows(board, "students")
    assert [row["user_id"] for row in found] == ["user1", "user2", "user3"]
    for row in found:
        mine = among(*WEEK.values(), users=[row["user_id"]])
        good = sum(one["properties"]["success"] for one in mine)
        assert (row["interaction_count"], row["successful_interactions"]) == (len(mine), good)
        assert row["success_rate"] == pytest.approx(good / len(mine))
        assert row["avg_response_time"] == pytest.approx(mean_ms(mine))


def test_students_are_told_how_far_they_have_come_as_their_insights_tell_it(board: Served) -> None:
    answer = export(board, "students")
    assert answer.headers["x-mastery-included"] == "true"
    assert answer.json()["mastery_included"] is True
    for row in answer.json()["data"]:
        told = board.get(f"/dashboard/student-insights/{row['user_id']}", **WEEK).json()["progress_tracking"]
        for name in ("overall_score", "concepts_mastered", "engagement_score"):
            assert row[name] == pytest.approx(told[name])


def test_too_many_students_are_told_without_and_that_is_said(board: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(students, "MOST_PROFILES", 2)
    answer = export(board, "students")
    assert answer.headers["x-mastery-included"] == "false"
    assert [row["overall_score"] for row in answer.json()["data"]] == [None] * 3
    assert answer.json()["data"][0]["interaction_count"] > 0


def test_students_can_be_named_and_those_with_little_left_out(board: Served) -> None:
    assert [row["user_id"] for row in rows(board, "students", filters={"user_ids": ["user3", "nobody"]})] == ["user3"]
    assert [row["user_id"] for row in rows(board, "students", filters={"min_interactions": 3})] == ["user1", "user2"]


# Refusals


@pytest.mark.parametrize(
    ("query", "body", "told"),
    [
        ({}, {"data_type": "summary"}, ("export_format", "csv, json, excel")),
        ({"export_format": "json"}, None, ("data_type", "interactions, analytics, summary, students")),
        ({"export_format": "pdf", "data_type": "summary"}, None, ("export_format", "csv", "excel")),
        ({"export_format": "json", "data_type": "events"}, None, ("data_type", "interactions")),
        ({"export_format": "csv", "data_type": "summary"}, {"export_format": "json"}, ("export_format", "contradict")),
        ({"export_format": "csv", "data_type": "summary"}, {"data_type": "students"}, ("data_type", "contradict")),
        ({"export_format": "csv", "data_type": "summary", "preset": "7d"}, {"time_range": {"preset": "30d"}},
         ("preset", "contradict")),
        ({"export_format": "csv", "data_type": "summary"}, {"user_ids": ["a"], "filters": {"user_ids": ["b"]}},
         ("user_ids", "contradict")),
        ({"export_format": "csv", "data_type": "summary"}, {"filters": {"success_only": True}},
         ("success_only", "interactions")),
        ({"export_format": "csv", "data_type": "interactions"}, {"filters": {"min_interactions": 3}},
         ("min_interactions", "students")),
        ({"export_format": "csv", "data_type": "analytics"}, {"filters": {"min_response_time": 3}},
         ("min_response_time", "interactions")),
        ({"export_format": "csv", "data_type": "interactions"},
         {"filters": {"min_response_time": 3, "max_response_time": 2}}, ("min_response_time", "max_response_time")),
        ({"export_format": "csv", "data_type": "interactions", "limit": 10_001}, None, ("limit", "10000")),
        ({"export_format": "csv", "data_type": "students", "limit": 10}, None, ("limit", "interactions")),
        ({"export_format": "csv", "data_type": "interactions"}, {"granularity": "1d"}, ("granularity", "analytics")),
        ({"export_format": "csv", "data_type": "interactions", "preset": "2d"}, None, ("preset", "7d")),
        ({"export_format": "csv", "data_type": "interactions", "start_date": "2025-01-01"}, None, ("end_date",)),
        ({"export_format": "csv", "data_type": "summary"}, {"filters": {"user_ids": [f"u{n}" for n in range(101)]}},
         ("user_ids", "101")),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_422_naming_the_field(
    board: Served, query: Json, body: Json | None, told: tuple[str, ...]
) -> None:
    answer = board.ask("POST", PATH, params=query, **({"json": body} if body is not None else {}))
    assert_refused(answer, 422, "VALIDATION_ERROR", *told)


def test_every_filter_is_honoured_by_something() -> None:
    assert {name for names in exports.HONOURED.values() for name in names} == set(exports.FILTERS)


def test_a_range_without_anything_is_an_empty_file(board: Served) -> None:
    empty = {"start_date": "2024-06-01T00:00:00Z", "end_date": "2024-06-02T00:00:00Z"}
    assert rows(board, time_range=empty) == rows(board, "students", time_range=empty) == []
    assert export(board, form="csv", time_range=empty).text.startswith("id,user_id,agent_type,created_at,success")


def test_another_workspace_s_events_are_never_exported(board: Served) -> None:
    key = board.key(workspace="stranger")
    assert rows(board, key=key) == rows(board, "students", key=key) == []
    assert all(row["interaction_count"] == 0 for row in rows(board, "analytics", key=key))


@pytest.mark.parametrize("form", ["csv", "excel"])
def test_a_file_survives_its_way_through_lambda(board: Served, form: str) -> None:
    sample = (ROOT / "events" / "learning.export.json").read_text().replace("REPLACE_WITH_A_KEY", board.key())
    event = json.loads(sample) | {"rawQueryString": f"export_format={form}&data_type=interactions"}
    event.pop("queryStringParameters")
    answer = importlib.import_module("learning.export").handler(event, CONTEXT)
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] == (form == "excel")
    content = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    if form == "excel":
        assert load_workbook(io.BytesIO(content)).sheetnames == ["interactions"]
    else:
        assert content == export(board, form=form).content
    assert len(json.dumps(answer)) < 6 * 1024 * 1024


# People


@pytest.fixture
def as_person(board: Served, monkeypatch: pytest.MonkeyPatch) -> Callable[..., httpx.Response]:
    """An export asked for by user1 in some role."""

    def ask(role: str, data: str, **body: Any) -> httpx.Response:
        async def known(*_: Any, **__: Any) -> Caller:
            return Caller("demo", "read", "person", user="user1", role=role)

        monkeypatch.setattr(pipeline, "authenticate", known)
        return export(board, data, key="", **body)

    return ask


@ON_ALL_DATA
def test_a_student_s_export_is_about_that_student_alone(
    board: Served, as_person: Callable[..., httpx.Response], data: str
) -> None:
    theirs = rows(board, data, filters={"user_ids": ["user1"]})
    assert as_person("student", data).json()["data"] == theirs
    assert_refused(as_person("student", data, filters={"user_ids": ["user2"]}), 403, "FORBIDDEN")


@pytest.mark.parametrize("role", ["viewer", "instructor"])
def test_who_may_not_see_everybody_may_not_export_everybody(
    as_person: Callable[..., httpx.Response], role: str
) -> None:
    for data in ("interactions", "students"):
        assert_refused(as_person(role, data), 403, "FORBIDDEN")
        assert_refused(as_person(role, data, filters={"user_ids": ["user2"]}), 403, "FORBIDDEN")
    for data in ("analytics", "summary"):
        assert as_person(role, data).status_code == 200


def test_an_analyst_exports_everything(as_person: Callable[..., httpx.Response]) -> None:
    assert len(as_person("analyst", "interactions").json()["data"]) == 10
