"""Students come into classes and leave them; both sides of an enrolment always agree."""

from collections.abc import Callable
from typing import Any

import pytest

from belvedere.boards.learning.directory import enrolment
from belvedere.boards.learning.directory.classes import (
    SchoolClass,
    classes_of_instructor,
    classes_of_student,
    get_class,
)
from belvedere.boards.learning.directory.enrolment import change_students, leave_all, page_of_students, withdraw
from belvedere.boards.learning.directory.register_classes import create_class, delete_class, replace_class
from belvedere.boards.learning.directory.requests import ClassBody, EnrolmentBody, NewClassBody
from belvedere.errors import DatabaseUnavailable, Invalid, NotFound
from belvedere.storage.tables import Tables


@pytest.fixture(autouse=True)
def classes(mine: Tables) -> None:
    """Two classes."""
    for name in ("chemistry", "physics"):
        create_class(mine, NewClassBody(class_id=name, name=name))


def change(mine: Tables, *add: str, remove: tuple[str, ...] = (), class_id: str = "physics") -> dict[str, int]:
    return change_students(mine, class_id, EnrolmentBody(add=list(add), remove=list(remove)))


def students(class_id: str = "physics") -> tuple[str, ...]:
    found = get_class("acme", class_id)
    assert found is not None
    return found.students


def test_a_student_is_seen_from_both_sides(mine: Tables) -> None:
    change(mine, "ann")
    change(mine, "ann", class_id="chemistry")
    assert students() == ("ann",)
    assert classes_of_student("acme", "ann") == ("chemistry", "physics")


def test_who_is_in_already_is_left_alone(mine: Tables) -> None:
    assert change(mine, "ann", "bob") == {"added": 2, "removed": 0, "unchanged": 0}
    assert change(mine, "ann", "zoe", "zoe") == {"added": 1, "removed": 0, "unchanged": 1}
    assert students() == ("ann", "bob", "zoe")


def test_some_come_and_some_go_in_one_request(mine: Tables) -> None:
    change(mine, "ann", "bob")
    assert change(mine, "zoe", remove=("ann", "nobody")) == {"added": 1, "removed": 1, "unchanged": 1}
    assert students() == ("bob", "zoe")
    assert classes_of_student("acme", "ann") == ()


def test_a_whole_year_is_enrolled_at_once(mine: Tables) -> None:
    year = tuple(f"student-{n:04d}" for n in range(250))  # 49 go into one transaction
    assert change(mine, *year)["added"] == 250
    assert students() == year
    assert classes_of_student("acme", "student-0249") == ("physics",)


def test_the_same_student_cannot_come_and_go(mine: Tables) -> None:
    with pytest.raises(Invalid, match="add: 'ann' is in 'remove' too"):
        change(mine, "ann", remove=("ann",))


def test_one_student_leaves_one_class(mine: Tables) -> None:
    change(mine, "ann", "bob")
    change(mine, "ann", class_id="chemistry")
    withdraw(mine, "physics", "ann")
    assert (students(), students("chemistry")) == (("bob",), ("ann",))
    assert classes_of_student("acme", "ann") == ("chemistry",)


def test_who_is_not_in_the_class_cannot_leave_it(mine: Tables) -> None:
    with pytest.raises(NotFound, match="'ann' is no student of class 'physics'"):
        withdraw(mine, "physics", "ann")


@pytest.mark.parametrize("act", ["change", "withdraw", "list"])
def test_a_class_that_there_is_not_has_no_students(mine: Tables, act: str) -> None:
    with pytest.raises(NotFound, match="there is no class 'biology'"):
        {
            "change": lambda: change(mine, "ann", class_id="biology"),
            "withdraw": lambda: withdraw(mine, "biology", "ann"),
            "list": lambda: page_of_students(mine, "biology", 10, None),
        }[act]()


def test_nobody_is_added_to_a_class_that_is_deleted_meanwhile(
    mine: Tables, items: Callable[[], set[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete_class(mine, "chemistry")
    before = items()
    monkeypatch.setattr(enrolment, "existing", lambda *_: None)  # it was there when we looked
    with pytest.raises(NotFound, match="there is no class 'chemistry'"):
        change(mine, "ann", class_id="chemistry")
    assert items() == before


def test_somebody_who_is_erased_is_in_no_class_any_more(
    mine: Tables, items: Callable[[], set[tuple[str, str]]]
) -> None:
    change(mine, "bob")
    before = items()
    change(mine, "ann")
    change(mine, "ann", class_id="chemistry")
    replace_class(mine, "physics", ClassBody(name="Physics", instructors=["ann", "ms-y"]))
    leave_all(mine, "ann")
    assert get_class("acme", "physics") == SchoolClass("physics", "Physics", ("ms-y",), ("bob",))
    assert items() - before == {("acme#member#ms-y", "instructor#physics")}
    assert classes_of_instructor("acme", "ann") == classes_of_student("acme", "ann") == ()


def test_pages_of_students_follow_each_other(mine: Tables) -> None:
    change(mine, *"abcde")
    change(mine, "aa", class_id="chemistry")
    first, after = page_of_students(mine, "physics", 2, None)
    second, then = page_of_students(mine, "physics", 2, after)
    third, end = page_of_students(mine, "physics", 2, then)
    assert (first, second, third, end) == (["a", "b"], ["c", "d"], ["e"], None)


@pytest.mark.parametrize("user", ["ann#bob", "%23", "ann smith", "é" * 200, "a/b", "\U0010ffff\U0010ffff"])
def test_any_user_that_events_can_name_can_be_enrolled(mine: Tables, user: str) -> None:
    change(mine, user)
    assert students() == (user,)
    assert classes_of_student("acme", user) == ("physics",)
    withdraw(mine, "physics", user)
    assert (students(), classes_of_student("acme", user)) == ((), ())


def test_the_longest_ids_fit_their_key(mine: Tables) -> None:
    create_class(mine, NewClassBody(class_id="é" * 100, name="n"))
    user = "\U0001f600" * 200
    change(mine, user, class_id="é" * 100)
    assert students("é" * 100) == (user,)


def test_a_change_makes_kept_answers_void_and_no_change_does_not(mine: Tables, revision: Callable[[], int]) -> None:
    before = revision()
    change(mine, "ann")
    changed = revision()
    assert changed > before
    change(mine, "ann")
    assert revision() == changed


def test_it_is_said_before_and_after_the_change(mine: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, for a process that dies in between; after, for what was asked in between."""
    told: list[str] = []
    monkeypatch.setattr(enrolment, "transact", lambda *_: told.append("written"))
    monkeypatch.setattr("belvedere.cache.version.bump", lambda *_: told.append("moved"))
    change(mine, "ann")
    assert told == ["moved", "written", "moved"]


def test_a_conflict_that_passes_is_waited_for_and_one_that_stays_is_a_503(mine: Tables) -> None:
    from belvedere.directory.writing import transact

    busy = Busy(mine.directory.client, times=2)
    table = type(mine.directory)(busy, mine.directory.name, "acme")
    transact(table, [], sleep=lambda _: None)
    assert busy.calls == 3
    with pytest.raises(DatabaseUnavailable, match="send the same request again"):
        transact(type(table)(Busy(mine.directory.client, times=99), table.name, "acme"), [], sleep=lambda _: None)


class Busy:
    """A client whose transactions collide with somebody's."""

    def __init__(self, real: Any, times: int) -> None:
        self.exceptions, self.times, self.calls = real.exceptions, times, 0

    def transact_write_items(self, **_: Any) -> None:
        self.calls += 1
        if self.calls <= self.times:
            raise self.exceptions.TransactionCanceledException(
                {
                    "Error": {"Code": "TransactionCanceledException"},
                    "CancellationReasons": [{"Code": "TransactionConflict"}],
                },
                "TransactWriteItems",
            )
