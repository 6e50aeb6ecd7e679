"""Whom a comparison may be about: students and classes that the caller may see, and everybody together otherwise."""

import asyncio
from typing import Any

import pytest

from belvedere.auth.caller import Caller
from belvedere.boards.learning import people
from belvedere.boards.learning.audience import comparison_for, may_see_classes
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.errors import Forbidden

STUDENTS = {"ann": ("physics",), "bob": ("maths",)}
TEACHERS = {"teacher": ("physics",)}


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "classes_of_student", lambda _, user: STUDENTS.get(user, ()))
    monkeypatch.setattr(people, "classes_of_instructor", lambda _, user: TEACHERS.get(user, ()))


def caller(role: str, user: str | None = None) -> Caller:
    return Caller("demo", "read", "key", user, role)


def asked(role: str, kind: str, *entities: str, user: str | None = None, **more: Any) -> ComparativeBody:
    body = ComparativeBody(comparison_type=kind, primary_entities=list(entities), **more)  # type: ignore[arg-type]
    return asyncio.run(comparison_for(caller(role, user), body))


@pytest.mark.parametrize("role", ["service", "analyst", "admin"])
@pytest.mark.parametrize("kind", ["students", "classes", "cohorts", "agents", "concepts", "time_periods"])
def test_who_sees_everything_compares_anything(role: str, kind: str) -> None:
    assert asked(role, kind, "bob").filters is None


def test_a_student_is_compared_with_nobody_else() -> None:
    assert asked("student", "students", "ann", user="ann").primary_entities == ["ann"]
    with pytest.raises(Forbidden, match="their own"):
        asked("student", "students", "ann", "bob", user="ann")
    with pytest.raises(Forbidden, match="their own"):
        asked("student", "students", "ann", comparison_entities=["bob"], user="ann")


@pytest.mark.parametrize("kind", ["agents", "time_periods"])
def test_a_student_s_agents_and_periods_are_about_that_student(kind: str) -> None:
    found = asked("student", kind, "7d", user="ann")
    assert found.filters is not None
    assert found.filters.user_ids == ["ann"]


@pytest.mark.parametrize("kind", ["classes", "cohorts", "concepts"])
def test_a_student_sees_no_class_and_no_concept_of_everybody(kind: str) -> None:
    with pytest.raises(Forbidden):
        asked("student", kind, "physics", user="ann")


def test_an_instructor_compares_own_students_and_classes() -> None:
    asked("instructor", "students", "ann", user="teacher")
    asked("instructor", "classes", "physics", user="teacher")
    with pytest.raises(Forbidden, match="'bob'"):
        asked("instructor", "students", "ann", "bob", user="teacher")
    with pytest.raises(Forbidden, match="'maths'"):
        asked("instructor", "cohorts", "physics", "maths", user="teacher")


def test_a_viewer_compares_what_names_nobody() -> None:
    asked("viewer", "agents", "forces")
    for kind in ("students", "classes"):
        with pytest.raises(Forbidden):
            asked("viewer", kind, "ann")


def test_the_classes_of_an_instructor_are_what_an_overview_is_of() -> None:
    assert asyncio.run(may_see_classes(caller("instructor", "teacher"), ())) == ("physics",)
    assert asyncio.run(may_see_classes(caller("instructor", "nobody"), ())) == ()
    assert asyncio.run(may_see_classes(caller("service"), ("any",))) is None
