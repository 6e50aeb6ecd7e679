"""Who may see whom: a student themselves, an instructor their classes, a viewer nobody by name, the rest everybody."""

from collections.abc import Awaitable

import pytest

from belvedere.auth.caller import ANONYMOUS, Caller
from belvedere.auth.visibility import askable, may_see_users, visible_users
from belvedere.boards.learning import people
from belvedere.boards.learning.directory.classes import SchoolClass
from belvedere.boards.learning.people import visible_classes
from belvedere.errors import Forbidden

TAUGHT = {"ms-gray": ("mechanics", "optics"), "mr-blue": ("optics",)}
ENROLLED = {"ann": ("mechanics",), "bob": ("history",)}
ROSTERS = {"mechanics": ("ann",), "optics": ()}
KEY = Caller("school", "read", "key_1")


def person(role: str, user: str = "somebody") -> Caller:
    return Caller("school", "read", "token_1", user=user, role=role)


@pytest.fixture(autouse=True)
def classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Directory with three classes."""
    monkeypatch.setattr(people, "classes_of_instructor", lambda workspace, user: TAUGHT.get(user, ()))
    monkeypatch.setattr(people, "classes_of_student", lambda workspace, user: ENROLLED.get(user, ()))
    monkeypatch.setattr(people, "get_class", lambda workspace, name: SchoolClass(name, name, students=ROSTERS[name]))


async def refused(asked: Awaitable[object]) -> bool:
    try:
        await asked
    except Forbidden:
        return True
    return False


async def test_a_student_sees_only_themselves() -> None:
    assert not await refused(may_see_users(person("student", "ann"), ("ann",)))
    assert await refused(may_see_users(person("student", "ann"), ("bob",)))


async def test_an_instructor_sees_the_students_of_their_classes() -> None:
    assert not await refused(may_see_users(person("instructor", "ms-gray"), ("ann",)))
    assert await refused(may_see_users(person("instructor", "ms-gray"), ("bob",)))
    assert await refused(may_see_users(person("instructor", "mr-blue"), ("ann",)))
    assert await refused(may_see_users(person("instructor", "ms-gray"), ("a-stranger",)))


async def test_a_viewer_and_the_public_see_no_person() -> None:
    assert await refused(may_see_users(person("viewer", "ann"), ("ann",)))
    assert await refused(may_see_users(ANONYMOUS, ("ann",)))


@pytest.mark.parametrize("caller", [person("analyst"), person("admin"), KEY], ids=lambda caller: caller.role)
async def test_analysts_admins_and_service_keys_see_everybody(caller: Caller) -> None:
    assert not await refused(may_see_users(caller, ("bob",)))
    assert await visible_classes(caller) is None
    assert await askable(caller, (), by_person=True) == ()
    assert await askable(caller, ("bob",)) == ("bob",)


async def test_visible_classes_are_an_instructors_own_and_nobody_elses() -> None:
    assert await visible_classes(person("instructor", "ms-gray")) == ("mechanics", "optics")
    assert await visible_classes(person("instructor", "new")) == ()
    assert await visible_classes(person("student", "ann")) == ()
    assert await visible_classes(ANONYMOUS) == ()


async def test_a_students_question_is_about_that_student() -> None:
    ann = person("student", "ann")
    assert await askable(ann, ()) == ("ann",)
    assert await askable(ann, (), by_person=True) == ("ann",)
    assert await askable(ann, ("ann",)) == ("ann",)
    assert await refused(askable(ann, ("bob",)))
    assert await refused(askable(ann, ("ann", "bob")))


async def test_aggregates_are_for_viewers_and_instructors_too_and_lists_of_people_are_not() -> None:
    for caller in (person("viewer"), ANONYMOUS, person("instructor", "ms-gray")):
        assert await askable(caller, ()) == ()
        assert await refused(askable(caller, (), by_person=True))
        assert await refused(askable(caller, ("bob",)))
    assert await askable(person("instructor", "ms-gray"), ("ann",), by_person=True) == ("ann",)


async def test_whom_a_caller_hears_of_without_naming_anybody() -> None:
    assert await visible_users(person("student", "ann")) == {"ann"}
    assert await visible_users(person("instructor", "ms-gray")) == {"ann"}
    assert await visible_users(person("viewer")) == frozenset()
    assert await visible_users(person("analyst")) is None
