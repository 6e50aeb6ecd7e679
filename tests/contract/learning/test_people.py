"""What each role sees of the board: a student themselves, a viewer totals, an instructor their classes."""

from typing import Any

import pytest

from belvedere.boards.learning.directory.enrolment import change_students
from belvedere.boards.learning.directory.register_classes import create_class
from belvedere.boards.learning.directory.requests import EnrolmentBody, NewClassBody
from belvedere.storage.tables import tables
from tests.contract.learning.school import WEEK, among, totals
from tests.contract.learning.test_access import GROUPS, SERIES
from tests.contract.people import a_person
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

START, END = WEEK.values()
BY_USER = {**GROUPS, "dimensions": ["user_id"]}


@pytest.fixture(scope="module")
def school(board: Served) -> Served:
    """The school's week, with a class of two that `teacher` teaches."""
    mine = tables("demo")
    create_class(mine, NewClassBody(class_id="mechanics", name="Mechanics", instructors=["teacher"]))
    change_students(mine, "mechanics", EnrolmentBody(add=["user1", "user2"], remove=[]))
    return board


def summary(school: Served, role: str, user: str, **asked: Any) -> Any:
    return school.get("/dashboard/summary", key="", headers=a_person(role, user), **WEEK, **asked)


def post(school: Served, path: str, body: dict[str, Any], role: str, user: str, users: list[str] | None = None) -> Any:
    filters = {"filters": {"user_ids": users}} if users is not None else {}
    return school.post(f"/dashboard/{path}", body | filters, key="", headers=a_person(role, user))


def test_a_student_who_asks_for_a_summary_gets_their_own(school: Served) -> None:
    own = pytest.approx(totals(among(START, END, users=["user1"])))
    assert summary(school, "student", "user1").json()["summary"] == own
    assert summary(school, "student", "user1", user_ids="user1").json()["summary"] == own
    assert summary(school, "student", "user2").json()["summary"] != own, "the answer to another is another"


@pytest.mark.parametrize("asked", ["user2", "user1,user2", "nobody"])
def test_a_student_who_asks_about_others_is_refused(school: Served, asked: str) -> None:
    assert_refused(summary(school, "student", "user1", user_ids=asked), 403, "FORBIDDEN", "their own numbers only")


def test_a_students_series_and_groups_are_their_own_too(school: Served) -> None:
    own = len(among(START, END, users=["user1"]))
    series = post(school, "timeseries", SERIES, "student", "user1").json()
    assert sum(row["interaction_count"] for row in series["data"]) == own
    groups = post(school, "aggregation", BY_USER, "student", "user1").json()
    assert groups["data"] == [{"user_id": "user1", "interaction_count": own}]
    for path, body in (("timeseries", SERIES), ("aggregation", GROUPS)):
        assert_refused(post(school, path, body, "student", "user1", ["user2"]), 403, "FORBIDDEN")


def test_a_student_can_name_other_filters(school: Served) -> None:
    answer = summary(school, "student", "user1", agent_types="forces")
    assert answer.json()["summary"]["total_interactions"] == len(among(START, END, ["user1"], ["forces"]))


@pytest.mark.parametrize("role", ["viewer", "instructor", "analyst", "admin"])
def test_everybody_elses_totals_are_of_everybody(school: Served, role: str) -> None:
    found = summary(school, role, f"some-{role}").json()["summary"]
    assert found == pytest.approx(totals(among(START, END)))


def test_a_viewer_sees_nobody_by_name(school: Served) -> None:
    told = "not of persons"
    assert_refused(summary(school, "viewer", "guest", user_ids="user1"), 403, "FORBIDDEN", told)
    assert_refused(post(school, "timeseries", SERIES, "viewer", "guest", ["user1"]), 403, "FORBIDDEN", told)
    assert_refused(post(school, "aggregation", BY_USER, "viewer", "guest"), 403, "FORBIDDEN", told)
    assert post(school, "aggregation", GROUPS, "viewer", "guest").status_code == 200


def test_an_instructor_sees_the_students_of_their_classes(school: Served) -> None:
    own = summary(school, "instructor", "teacher", user_ids="user1,user2").json()["summary"]
    assert own == pytest.approx(totals(among(START, END, users=["user1", "user2"])))
    listed = post(school, "aggregation", BY_USER, "instructor", "teacher", ["user1", "user2"]).json()["data"]
    assert [row["user_id"] for row in listed] == ["user1", "user2"]


def test_an_instructor_sees_no_other_students(school: Served) -> None:
    told = "'user3' is in none of your classes"
    assert_refused(summary(school, "instructor", "teacher", user_ids="user1,user3"), 403, "FORBIDDEN", told)
    assert_refused(post(school, "timeseries", SERIES, "instructor", "teacher", ["user3"]), 403, "FORBIDDEN", told)
    assert_refused(summary(school, "instructor", "colleague", user_ids="user1"), 403, "FORBIDDEN", "'user1'")
    assert_refused(post(school, "aggregation", BY_USER, "instructor", "teacher"), 403, "FORBIDDEN", "name the students")


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_analysts_and_admins_see_everybody_by_name(school: Served, role: str) -> None:
    listed = post(school, "aggregation", BY_USER, role, f"some-{role}").json()["data"]
    assert {"user1", "user2", "user3"} <= {row["user_id"] for row in listed}


def test_the_documented_headers_let_a_person_in(school: Served) -> None:
    headers = a_person("student", "user1") | {"X-User-ID": "user1"}
    assert school.get("/dashboard/summary", key="", headers=headers, **WEEK).status_code == 200


def test_the_documented_query_form_lets_a_person_in(school: Served) -> None:
    token = a_person("student", "user1")["Authorization"].removeprefix("Bearer ")
    answer = school.get("/dashboard/summary", key="", **WEEK, user_id="user1", token=token)
    assert answer.json()["summary"]["total_interactions"] == len(among(START, END, users=["user1"]))


def test_somebody_elses_name_beside_a_token_is_refused(school: Served) -> None:
    headers = a_person("student", "user1")
    answer = school.get("/dashboard/summary", key="", headers=headers | {"X-User-ID": "user2"}, **WEEK)
    assert_refused(answer, 403, "FORBIDDEN", "X-User-ID")
    token = headers["Authorization"].removeprefix("Bearer ")
    answer = school.get("/dashboard/summary", key="", **WEEK, user_id="user2", token=token)
    assert_refused(answer, 403, "FORBIDDEN", "user_id")


def test_beside_a_service_key_a_name_changes_nothing(school: Served) -> None:
    answer = school.get("/dashboard/summary", headers={"X-User-ID": "user1"}, **WEEK)
    assert answer.json()["summary"] == pytest.approx(totals(among(START, END)))


def test_a_person_of_another_workspace_sees_that_workspace(school: Served) -> None:
    headers = a_person("admin", "their-admin", workspace="elsewhere")
    answer = school.get("/dashboard/summary", key="", headers=headers, **WEEK)
    assert answer.json()["summary"]["total_interactions"] == 0
