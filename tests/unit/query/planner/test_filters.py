"""Filters combine as they read, and tell the planner what they limit."""

from typing import Any

import pytest

from belvedere.errors import Invalid
from belvedere.query.planner.filters import EVERYTHING, parse

AGENT = {"dimension": "agent_type", "in": ["x", "y"]}
USER = {"dimension": "user", "in": ["ann"]}


@pytest.mark.parametrize(
    ("given", "dims", "counts"),
    [
        (None, {}, True),
        (AGENT, {"agent_type": "x"}, True),
        (AGENT, {"agent_type": "z"}, False),
        (AGENT, {}, False),
        ({"not": AGENT}, {"agent_type": "z"}, True),
        ({"and": [AGENT, USER]}, {"agent_type": "x", "user": "bob"}, False),
        ({"or": [AGENT, USER]}, {"agent_type": "z", "user": "ann"}, True),
        ({"and": [{"not": USER}, {"or": [AGENT, USER]}]}, {"agent_type": "y", "user": "bob"}, True),
    ],
)
def test_a_filter_means_what_it_says(given: Any, dims: dict[str, str], counts: bool) -> None:
    assert parse(given).matches(dims) is counts


@pytest.mark.parametrize(
    ("given", "only"),
    [
        (None, None),
        (USER, ("ann",)),
        (AGENT, None),
        ({"not": USER}, None),
        ({"not": {"not": USER}}, ("ann",)),
        ({"and": [AGENT, USER]}, ("ann",)),
        ({"and": [USER, {"dimension": "user", "in": ["bob"]}]}, ()),
        ({"or": [USER, {"dimension": "user", "in": ["bob", "ann"]}]}, ("ann", "bob")),
        ({"or": [USER, AGENT]}, None),
    ],
)
def test_a_filter_knows_the_only_users_that_can_count(given: Any, only: tuple[str, ...] | None) -> None:
    assert parse(given).only("user") == only


def test_a_filter_names_all_its_dimensions() -> None:
    assert parse({"or": [AGENT, {"not": USER}]}).dimensions() == {"agent_type", "user"}
    assert EVERYTHING.dimensions() == frozenset()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "filters: must be"),
        ([], "filters: must be"),
        ({"and": []}, "filters: must be"),
        ({"and": [AGENT], "or": [AGENT]}, "filters: must be"),
        ({"and": [AGENT, {"nand": []}]}, r"filters.and\[1\]: must be"),
        ({"dimension": "user", "in": []}, "filters.in: must be 1 to 100 texts"),
        ({"dimension": "user", "in": [7]}, "filters.in: must be 1 to 100 texts"),
        ({"dimension": "user", "in": ["a"], "extra": 1}, "filters: must be"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(given: Any, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        parse(given)


def test_depth_is_bounded() -> None:
    given: Any = USER
    for _ in range(20):
        given = {"not": given}
    with pytest.raises(Invalid, match="nested more than 8 deep"):
        parse(given)
