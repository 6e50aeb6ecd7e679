"""Classes, their instructors and their students, as a request asks for them: key queries only, no scan.

A student is one small item under the class and its mirror under the user, written in one transaction. All reads here
are consistent: who was taken out of a class a moment ago must not see it any more.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from belvedere.boards.learning.directory.keys import (
    class_key,
    class_of_membership,
    classes_partition,
    enrolment_partition,
    enrolment_range,
    membership_partition,
    membership_range,
    split_enrolment,
)
from belvedere.directory.writing import CLOSING
from belvedere.storage.attributes import Item
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables

STUDENT, INSTRUCTOR = "student", "instructor"


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class; instructors in the order they were named, students by id."""

    class_id: str
    name: str
    instructors: tuple[str, ...] = ()
    students: tuple[str, ...] = ()


def get_class(workspace: str, class_id: str) -> SchoolClass | None:
    """A class with all its students; None when there is none."""
    table = tables(workspace).directory
    item = table.get(class_key(workspace, class_id), consistent=True)
    if item is None or CLOSING in item:
        return None
    return _class_of(item, tuple(students_of(table, class_id)))


def list_classes(workspace: str) -> tuple[SchoolClass, ...]:
    """All classes with all their students, by id: two queries, whatever their number."""
    table = tables(workspace).directory
    students: dict[str, list[str]] = defaultdict(list)
    for item in table.query(enrolment_partition(workspace), consistent=True):
        class_id, user = split_enrolment(str(item["sk"]))
        students[class_id].append(user)
    records = table.query(classes_partition(workspace), consistent=True)
    return tuple(_class_of(item, tuple(students[str(item["sk"])])) for item in records if CLOSING not in item)


def classes_of_student(workspace: str, user: str) -> tuple[str, ...]:
    """Ids of the classes in which a user is a student."""
    return tuple(_memberships(workspace, user, STUDENT))


def classes_of_instructor(workspace: str, user: str) -> tuple[str, ...]:
    """Ids of the classes that a user teaches."""
    return tuple(_memberships(workspace, user, INSTRUCTOR))


def students_of(table: WorkspaceTable, class_id: str) -> Iterator[str]:
    """The students of a class, by id."""
    low, high = enrolment_range(class_id)
    for item in table.query(enrolment_partition(table.workspace), low, high, consistent=True):
        yield split_enrolment(str(item["sk"]))[1]


def instructors_of(item: Item) -> tuple[str, ...]:
    """The instructors in a class's record."""
    return tuple(orjson.loads(str(item["instructors"])))


def _memberships(workspace: str, user: str, role: str) -> Iterator[str]:
    low, high = membership_range(role)
    for item in tables(workspace).directory.query(membership_partition(workspace, user), low, high, consistent=True):
        yield class_of_membership(str(item["sk"]))


def _class_of(item: Item, students: tuple[str, ...]) -> SchoolClass:
    return SchoolClass(str(item["sk"]), str(item["name"]), instructors_of(item), students)
