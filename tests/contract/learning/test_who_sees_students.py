"""Who may ask about students and classes: a student themselves, an instructor their classes, a viewer nobody."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from belvedere.auth.caller import Caller
from belvedere.http import pipeline
from tests.contract.learning.classroom import EVENTS, ROSTERS, WEEK
from tests.contract.learning.directory import taught
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

As = Callable[..., Served]
INSIGHTS, OVERVIEW, COMPARISON = "/dashboard/student-insights/", "/dashboard/class-overview", "/dashboard/comparative"


@pytest.fixture(scope="module")
def board(served: Served) -> Iterator[Served]:
    served.send_and_fold(*EVENTS)
    with taught("physics", *ROSTERS["physics"], by="newton"), taught("maths", *ROSTERS["maths"], by="gauss"):
        yield served


@pytest.fixture
def as_(board: Served, monkeypatch: pytest.MonkeyPatch) -> As:
    """The API as somebody with a role sees it, however they were recognised."""

    def become(role: str, user: str = "somebody") -> Served:
        async def recognised(*_: Any, **__: Any) -> Caller:
            return Caller("demo", "read", "token", user=user, role=role)

        monkeypatch.setattr(pipeline, "authenticate", recognised)
        return board

    return become


def compared(board: Served, kind: str, *entities: str) -> httpx.Response:
    body = {"comparison_type": kind, "primary_entities": list(entities), "time_range": WEEK}
    return board.post(COMPARISON, body)


def test_a_student_sees_their_own_insights_and_nobody_else_s(as_: As) -> None:
    board = as_("student", "ann")
    assert board.get(INSIGHTS + "ann", **WEEK).json()["details"]["interactions"] > 0
    assert_refused(board.get(INSIGHTS + "bob", **WEEK), 403, "FORBIDDEN", "their own")


def test_what_is_kept_for_one_reader_is_not_shown_to_another(as_: As) -> None:
    assert as_("analyst").get(INSIGHTS + "bob", **WEEK).status_code == 200
    assert_refused(as_("student", "ann").get(INSIGHTS + "bob", **WEEK), 403, "FORBIDDEN")


def test_an_instructor_sees_the_students_of_their_classes(as_: As) -> None:
    board = as_("instructor", "newton")
    assert board.get(INSIGHTS + "bob", **WEEK).status_code == 200
    assert_refused(board.get(INSIGHTS + "eve", **WEEK), 403, "FORBIDDEN", "eve", "your classes")


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_analysts_and_admins_see_everybody(as_: As, role: str) -> None:
    board = as_(role)
    assert board.get(INSIGHTS + "eve", **WEEK).status_code == 200
    assert "enrolled_students" not in board.get(OVERVIEW, **WEEK).json()["class_statistics"]


def test_an_instructor_s_overview_is_of_their_own_classes_unless_they_name_some_of_them(as_: As) -> None:
    board = as_("instructor", "newton")
    own = board.get(OVERVIEW, **WEEK).json()
    assert own["class_statistics"]["enrolled_students"] == len(ROSTERS["physics"])
    named = board.get(OVERVIEW, class_ids="physics", **WEEK).json()
    assert named["class_statistics"] == own["class_statistics"]
    assert_refused(board.get(OVERVIEW, class_ids="physics,maths", **WEEK), 403, "FORBIDDEN", "maths")


def test_who_teaches_nobody_sees_nobody(as_: As) -> None:
    body = as_("instructor", "nobody").get(OVERVIEW, include_comparisons="true", **WEEK).json()
    assert (body["class_statistics"]["total_students"], body["top_performers"]) == (0, [])
    assert body["comparisons"]["classes"] == []


@pytest.mark.parametrize("role", ["student", "viewer"])
def test_students_and_viewers_see_no_class(as_: As, role: str) -> None:
    board = as_(role, "ann")
    assert_refused(board.get(OVERVIEW, **WEEK), 403, "FORBIDDEN", role)
    assert_refused(board.get(OVERVIEW, class_ids="physics", **WEEK), 403, "FORBIDDEN", role)
    assert_refused(compared(board, "classes", "physics"), 403, "FORBIDDEN")


def test_a_viewer_sees_no_student_and_compares_what_names_nobody(as_: As) -> None:
    board = as_("viewer")
    assert_refused(board.get(INSIGHTS + "ann", **WEEK), 403, "FORBIDDEN", "viewer")
    assert_refused(compared(board, "students", "ann"), 403, "FORBIDDEN")
    assert compared(board, "agents", "forces").status_code == 200


def test_a_student_s_comparisons_are_about_themselves(as_: As) -> None:
    whole = compared(as_("analyst"), "agents", "forces").json()["comparisons"][0]["metrics"]
    board = as_("student", "ann")
    own = compared(board, "agents", "forces").json()["comparisons"][0]["metrics"]
    assert 0 < own["interaction_count"] < whole["interaction_count"]
    assert compared(board, "students", "ann").status_code == 200
    assert_refused(compared(board, "students", "ann", "bob"), 403, "FORBIDDEN", "their own")


@pytest.mark.parametrize("path", [INSIGHTS + "ann", OVERVIEW])
def test_without_a_key_nothing_is_told_even_where_other_routes_are_public(board: Served, path: str) -> None:
    with board.with_environment(PUBLIC_READ="true"):
        assert_refused(board.get(path, key="", **WEEK), 401, "UNAUTHORIZED")


def test_a_write_key_reads_nothing(board: Served) -> None:
    for path in (INSIGHTS + "ann", OVERVIEW):
        assert_refused(board.get(path, key=board.key("write"), **WEEK), 403, "FORBIDDEN")
