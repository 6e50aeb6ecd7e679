"""What can be exported: every event type, the generic query, every answer of a board; and refusals that say what."""

import importlib

import pytest

from belvedere.auth.roles import roles_of
from belvedere.boards.registry import CATALOG
from belvedere.errors import Invalid
from belvedere.export.sources.data_type import Selection
from belvedere.export.sources.registry import data_type, data_types
from belvedere.export.sources.route_answer import RouteAnswer
from belvedere.http.asgi import endpoint_of
from belvedere.http.routes import ROUTES

WEEK = Selection(start=1_736_294_400_000, end=1_736_899_200_000)  # 2025-01-08 to 2025-01-15
ROUTE_ANSWERS = [kind for kind in data_types().values() if isinstance(kind, RouteAnswer)]
NO_DATA = {
    "learning.export", "learning.cache_stats", "learning.cache_invalidate", "learning.cache_warm", "learning.health",
    "learning.metrics", "learning.mock_student_progress", "learning.mock_class_analytics", "learning.stream",
    "learning.train_models", "productivity.root", "productivity.dismiss", "productivity.github_webhook",
    "productivity.session_detail",  # one session is a few raw events
}  # fmt: skip


def selection(**changed: object) -> Selection:
    return Selection(**{**WEEK.to_json(), **changed})  # type: ignore[arg-type]


def test_every_event_type_can_be_exported() -> None:
    assert {kind.event_type for kind in data_types().values() if kind.event_type} == set(CATALOG.event_types)


def test_every_answer_of_a_board_can_be_exported_by_the_name_of_its_route() -> None:
    boards = ("learning.", "productivity.")
    routes = {route.module for route in ROUTES if route.module.startswith(boards)} - NO_DATA
    assert {kind.name for kind in ROUTE_ANSWERS} == routes


@pytest.mark.parametrize("kind", ROUTE_ANSWERS, ids=lambda kind: kind.name)
def test_an_answer_is_for_those_who_may_call_its_route(kind: RouteAnswer) -> None:
    endpoint = endpoint_of(kind.name)
    assert roles_of("read", kind.roles) == endpoint.roles_of(kind.method, kind.path)
    assert importlib.import_module(kind.name).endpoint.name == kind.name


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"data_types: 'nothing' is not one of .*learning\.interaction.*query"):
        data_type("nothing")


def test_a_selection_survives_json() -> None:
    full = selection(columns=("id",), filters={"dimension": "user", "in": ["a"]}, users=("a",), timezone="UTC")
    assert Selection.from_json(full.to_json()) == full
    assert Selection.from_json(WEEK.to_json()) == WEEK


def test_columns_are_those_that_are_named_in_their_order() -> None:
    columns = data_type("learning.interaction").check(selection(columns=("success", "id")))
    assert [column.name for column in columns] == ["success", "id"]


@pytest.mark.parametrize("columns", [(), ("id", "id")])
def test_no_column_and_a_column_twice_are_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="columns: name each column once"):
        data_type("learning.interaction").check(selection(columns=columns))


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    for name, known in (("learning.interaction", "execution_time_ms"), ("learning.summary", "section")):
        with pytest.raises(Invalid, match=rf"columns: 'nothing' is not one of .*{known}"):
            data_type(name).check(selection(columns=("nothing",)))


def test_a_filter_by_what_events_do_not_have_is_refused_with_what_they_have() -> None:
    with pytest.raises(Invalid, match=r"filters: 'colour' is not one of user, success, agent_type"):
        data_type("learning.interaction").check(selection(filters={"dimension": "colour", "in": ["red"]}))


@pytest.mark.parametrize("name", ["learning.interaction", "learning.summary"])
def test_a_question_is_for_the_generic_query_alone(name: str) -> None:
    with pytest.raises(Invalid, match=rf"query: is not for {name}"):
        data_type(name).check(selection(query={"board": "learning"}))
