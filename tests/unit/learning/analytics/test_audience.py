"""Whom the analytics may name to whom."""

import asyncio

import pytest

from belvedere.auth.caller import Caller
from belvedere.boards.learning import people
from belvedere.boards.learning.analytics import audience
from belvedere.boards.learning.analytics.audience import nameable
from belvedere.boards.learning.directory.classes import SchoolClass
from belvedere.errors import Forbidden


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch) -> None:
    physics = SchoolClass("physics", "Physics", ("teacher",), ("ann", "cem"))
    monkeypatch.setattr(people, "classes_of_student", lambda _, user: ("physics",) if user in physics.students else ())
    monkeypatch.setattr(people, "classes_of_instructor", lambda _, user: ("physics",) if user == "teacher" else ())
    monkeypatch.setattr(audience, "get_class", lambda _, name: physics if name == "physics" else None)


def asked(role: str, user: str | None, students: list[str] | None) -> list[str] | None:
    return asyncio.run(nameable(Caller("demo", "read", "key", user, role), students))


def test_who_sees_everybody_is_told_of_everybody() -> None:
    assert asked("analyst", "ana", None) is None
    assert asked("service", None, ["bob"]) == ["bob"]


def test_an_instructor_is_told_of_the_own_students() -> None:
    assert asked("instructor", "teacher", None) == ["ann", "cem"]
    assert asked("instructor", "teacher", ["ann"]) == ["ann"]
    with pytest.raises(Forbidden, match="bob"):
        asked("instructor", "teacher", ["ann", "bob"])


def test_an_instructor_without_a_class_is_told_of_nobody() -> None:
    assert asked("instructor", "new", None) == []
