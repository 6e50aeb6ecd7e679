"""Classes are made, replaced and deleted whole, and what their members see changes with them."""

from collections.abc import Callable
from typing import Any

import pytest

from belvedere.boards.learning.directory import register_classes
from belvedere.boards.learning.directory.classes import (
    SchoolClass,
    classes_of_instructor,
    classes_of_student,
    get_class,
    list_classes,
)
from belvedere.boards.learning.directory.enrolment import change_students
from belvedere.boards.learning.directory.keys import class_key
from belvedere.boards.learning.directory.register_classes import (
    create_class,
    delete_class,
    page_of_classes,
    read_class,
    replace_class,
)
from belvedere.boards.learning.directory.requests import ClassBody, EnrolmentBody, NewClassBody
from belvedere.errors import Conflict, NotFound
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables, tables

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def make(mine: Tables, class_id: str = "physics", *instructors: str, students: tuple[str, ...] = ()) -> dict[str, Any]:
    body = NewClassBody(class_id=class_id, name=class_id.title(), instructors=list(instructors))
    made = create_class(mine, body, lambda: NOON)
    if students:
        change_students(mine, class_id, EnrolmentBody(add=list(students), remove=[]))
    return made


def test_a_new_class_is_found_with_its_instructors_and_no_students(mine: Tables) -> None:
    assert make(mine, "physics", "mr-x", "ms-y") == {
        "class_id": "physics",
        "name": "Physics",
        "instructors": ("mr-x", "ms-y"),
        "version": 1,
        "created_at": "2026-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }
    assert get_class("acme", "physics") == SchoolClass("physics", "Physics", ("mr-x", "ms-y"), ())
    assert classes_of_instructor("acme", "mr-x") == ("physics",)


def test_a_class_belongs_to_its_workspace(mine: Tables, client: Any) -> None:
    make(mine, "physics", "mr-x", students=("ann",))
    assert get_class("other", "physics") is None
    assert list_classes("other") == ()
    assert classes_of_student("other", "ann") == classes_of_instructor("other", "mr-x") == ()
    assert page_of_classes(tables("other", client=client), 10, None) == ([], None)


def test_there_are_no_two_classes_of_one_id(mine: Tables) -> None:
    make(mine, "physics", "mr-x")
    with pytest.raises(Conflict, match="class_id: there is a class 'physics' already"):
        make(mine, "physics", "ms-y")
    assert classes_of_instructor("acme", "ms-y") == ()


def test_all_classes_come_with_their_own_students_by_id(mine: Tables) -> None:
    make(mine, "b", "mr-x", students=("zoe", "ann"))
    make(mine, "a", students=("ann",))
    make(mine, "a#1", students=("bob",))
    assert list_classes("acme") == (
        SchoolClass("a", "A", (), ("ann",)),
        SchoolClass("a#1", "A#1", (), ("bob",)),
        SchoolClass("b", "B", ("mr-x",), ("ann", "zoe")),
    )


@pytest.mark.parametrize("class_id", ["a", "a ", "a#", "a#b", "a$", "a%23", "b"])
def test_ids_that_look_alike_share_no_students(mine: Tables, class_id: str) -> None:
    others = {"a", "a ", "a#", "a#b", "a$", "a%23", "b"} - {class_id}
    for other in others:
        mine.directory.put_all([{"pk": "acme#enrolment", "sk": enrolment(other)}])
    mine.directory.put_all([{"pk": "acme#enrolment", "sk": enrolment(class_id, "me")}])
    mine.directory.put_all([{**key_item(class_id), "name": "N", "instructors": "[]"}])
    found = get_class("acme", class_id)
    assert found is not None
    assert found.students == ("me",)


def enrolment(class_id: str, user: str = "somebody") -> str:
    from belvedere.boards.learning.directory.keys import enrolment_key

    return enrolment_key("acme", class_id, user).sk


def key_item(class_id: str) -> dict[str, Any]:
    key = class_key("acme", class_id)
    return {"pk": key.pk, "sk": key.sk}


def test_a_replaced_class_keeps_its_students_and_lets_former_instructors_go(mine: Tables) -> None:
    make(mine, "physics", "mr-x", "ms-y", students=("ann",))
    body = ClassBody(name="Physics II", instructors=["ms-y", "dr-z", "dr-z"])
    made = replace_class(mine, "physics", body, lambda: NOON + 60_000)
    assert (made["version"], made["created_at"], made["updated_at"]) == (
        2,
        "2026-01-01T12:00:00Z",
        "2026-01-01T12:01:00Z",
    )
    assert get_class("acme", "physics") == SchoolClass("physics", "Physics II", ("ms-y", "dr-z"), ("ann",))
    assert classes_of_instructor("acme", "mr-x") == ()
    assert classes_of_instructor("acme", "dr-z") == classes_of_instructor("acme", "ms-y") == ("physics",)


def test_only_the_version_that_was_read_is_replaced(mine: Tables) -> None:
    make(mine)
    replace_class(mine, "physics", ClassBody(name="first", version=1))
    with pytest.raises(Conflict, match="version: class 'physics' has version 2 by now, not 1"):
        replace_class(mine, "physics", ClassBody(name="second", version=1))
    assert read_class(mine, "physics")["name"] == "first"


def test_who_is_overtaken_while_replacing_changes_nothing(mine: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    make(mine)
    slow = register_classes.existing(mine.directory, "physics")
    replace_class(mine, "physics", ClassBody(name="faster"))
    monkeypatch.setattr(register_classes, "existing", lambda *_: slow)
    with pytest.raises(Conflict, match="changed by somebody else meanwhile"):
        replace_class(mine, "physics", ClassBody(name="slower", instructors=["mr-x"]))
    assert get_class("acme", "physics") == SchoolClass("physics", "faster")
    assert classes_of_instructor("acme", "mr-x") == ()


@pytest.mark.parametrize("act", ["read", "replace", "delete"])
def test_a_class_that_there_is_not_is_named(mine: Tables, act: str) -> None:
    calls: dict[str, Callable[[], Any]] = {
        "read": lambda: read_class(mine, "physics"),
        "replace": lambda: replace_class(mine, "physics", ClassBody(name="n")),
        "delete": lambda: delete_class(mine, "physics"),
    }
    with pytest.raises(NotFound, match="there is no class 'physics'"):
        calls[act]()


def test_a_deleted_class_leaves_nothing_behind(mine: Tables, items: Callable[[], set[tuple[str, str]]]) -> None:
    make(mine, "kept", "mr-x", students=("ann",))
    before = items()
    make(mine, "physics", "mr-x", "ms-y", students=tuple(f"student-{n}" for n in range(60)))
    delete_class(mine, "physics")
    assert items() == before


def test_a_deletion_that_was_broken_off_hides_the_class_and_is_finished_by_the_next(
    mine: Tables, items: Callable[[], set[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(mine, "physics", "mr-x", students=("ann", "bob"))
    with monkeypatch.context() as patched:
        patched.setattr(WorkspaceTable, "delete_all", stop)
        with pytest.raises(TimeoutError):
            delete_class(mine, "physics")
    assert get_class("acme", "physics") is None
    assert list_classes("acme") == ()
    assert page_of_classes(mine, 10, None) == ([], None)
    with pytest.raises(NotFound):
        change_students(mine, "physics", EnrolmentBody(add=["zoe"], remove=[]))
    with pytest.raises(Conflict, match="just being deleted"):
        make(mine)
    delete_class(mine, "physics")
    assert items() == set()


def stop(*_: object) -> None:
    raise TimeoutError


def test_pages_follow_each_other_without_gap_or_repetition(mine: Tables) -> None:
    for name in "abcde":
        make(mine, name, students=("ann",))
    first, after = page_of_classes(mine, 2, None)
    second, then = page_of_classes(mine, 2, after)
    third, end = page_of_classes(mine, 2, then)
    assert [[one["class_id"] for one in page] for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert end is None
    assert page_of_classes(mine, 5, None)[1] is None


def test_a_page_shows_only_classes_that_the_caller_may_see(mine: Tables) -> None:
    for name in "abcde":
        make(mine, name)
    found, after = page_of_classes(mine, 1, None, only=("b", "d"))
    assert ([one["class_id"] for one in found], after) == (["b"], "b")
    found, after = page_of_classes(mine, 1, after, only=("b", "d"))
    assert ([one["class_id"] for one in found], after) == (["d"], None)


def test_a_class_says_how_many_students_it_has(mine: Tables) -> None:
    make(mine, "physics", students=("ann", "bob"))
    assert read_class(mine, "physics")["student_count"] == 2


@pytest.mark.parametrize("act", ["create", "replace", "delete"])
def test_every_change_makes_kept_answers_void(mine: Tables, revision: Callable[[], int], act: str) -> None:
    make(mine, "physics")
    before = revision()
    if act == "create":
        make(mine, "chemistry")
    elif act == "replace":
        replace_class(mine, "physics", ClassBody(name="n"))
    else:
        delete_class(mine, "physics")
    assert revision() > before
