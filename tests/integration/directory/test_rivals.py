"""Administrators who change the same thing at the same moment, on real tables."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from belvedere.boards.learning.directory.classes import classes_of_student, get_class
from belvedere.boards.learning.directory.concepts import list_concepts
from belvedere.boards.learning.directory.enrolment import change_students, withdraw
from belvedere.boards.learning.directory.register_classes import create_class, delete_class, replace_class
from belvedere.boards.learning.directory.register_concepts import create_concept
from belvedere.boards.learning.directory.requests import ClassBody, EnrolmentBody, NewClassBody, NewConceptBody
from belvedere.errors import Conflict, DatabaseUnavailable, Invalid, NotFound
from belvedere.storage.client import dynamodb
from belvedere.storage.tables import Tables
from belvedere.storage.tables import tables as of_workspace

ROUNDS = 10
REFUSALS = (Conflict, NotFound, Invalid, DatabaseUnavailable)


@pytest.fixture
def mine(tables: dict[str, str]) -> Tables:
    return of_workspace("rivals")


def together(*acts: Callable[[], Any]) -> None:
    """All at once, in threads; who is refused because somebody else was faster is content."""

    def attempt(act: Callable[[], Any]) -> None:
        with suppress(*REFUSALS):
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(attempt, acts))


def keys_with(mine: Tables, text: str) -> list[tuple[str, str]]:
    items = dynamodb().scan(TableName=mine.directory.name, ConsistentRead=True)["Items"]
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in items]
    return [key for key in keys if text in "".join(key)]


def test_nothing_is_left_of_a_class_that_was_deleted_while_students_were_added(mine: Tables) -> None:
    for number in range(ROUNDS):
        name = f"gone-{number}"
        create_class(mine, NewClassBody(class_id=name, name=name, instructors=["ms-a"]))
        groups = [[f"{name}-{group}-{n}" for n in range(60)] for group in range(4)]
        together(
            *(lambda users=users, name=name: enrol(mine, name, users) for users in groups),  # type: ignore[misc]
            lambda name=name: delete_class(mine, name),  # type: ignore[misc]
            lambda name=name: replace_class(mine, name, ClassBody(name="n", instructors=["mr-b"])),  # type: ignore[misc]
        )
        assert get_class("rivals", name) is None
        assert keys_with(mine, name) == []


def enrol(mine: Tables, class_id: str, users: list[str]) -> None:
    change_students(mine, class_id, EnrolmentBody(add=users, remove=[]))


def test_both_sides_of_an_enrolment_agree_whoever_was_last(mine: Tables) -> None:
    create_class(mine, NewClassBody(class_id="busy", name="busy"))
    users = [f"busy-{n}" for n in range(5)]
    for _ in range(ROUNDS):
        together(
            lambda: enrol(mine, "busy", users),
            *(lambda user=user: withdraw(mine, "busy", user) for user in users),  # type: ignore[misc]
            lambda: enrol(mine, "busy", users[::-1]),
        )
        found = get_class("rivals", "busy")
        assert found is not None
        assert found.students == tuple(user for user in users if classes_of_student("rivals", user))


def test_no_concept_that_was_acknowledged_is_lost_to_another_at_the_same_moment(mine: Tables) -> None:
    made: list[str] = []

    def create(name: str) -> None:
        create_concept(mine, NewConceptBody(concept_id=name, name=name))
        made.append(name)

    for number in range(ROUNDS):
        together(*(lambda name=f"c{number}-{rival}": create(name) for rival in range(4)))  # type: ignore[misc]
    assert [one.concept_id for one in list_concepts("rivals")] == sorted(made)
    assert len(made) > ROUNDS
