"""What a request reads of the Directory before anybody registered anything."""

from belvedere.boards.learning.directory.classes import (
    classes_of_instructor,
    classes_of_student,
    get_class,
    list_classes,
)
from belvedere.boards.learning.directory.concepts import list_concepts
from tests.unit.learning.directory.stored_agents import get_agent, list_agents


def test_an_empty_directory_knows_nobody_and_nothing() -> None:
    assert list_classes("acme") == ()
    assert get_class("acme", "physics") is None
    assert classes_of_student("acme", "ann") == classes_of_instructor("acme", "ann") == ()
    assert list_agents("acme") == ()
    assert get_agent("acme", "forces") is None
    assert list_concepts("acme") == ()
