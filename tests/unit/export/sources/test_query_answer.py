"""The generic query as a table: its columns, and what cannot be asked."""

from typing import Any

import pytest

from belvedere.errors import Invalid
from belvedere.export.sources.data_type import Selection
from belvedere.export.sources.registry import data_type

QUERY = data_type("query")
ASKED = {"board": "learning", "metrics": ["interaction_count", "success_rate"]}


def selection(query: Any = None, **changed: Any) -> Selection:
    return Selection(start=1_736_294_400_000, end=1_736_899_200_000, query=query, **changed)


def columns(**query: Any) -> list[str]:
    return [f"{column.name} {column.type}" for column in QUERY.check(selection({**ASKED, **query}))]


def test_the_columns_are_the_bucket_the_groups_and_the_metrics() -> None:
    assert columns() == ["interaction_count integer", "success_rate number"]
    assert columns(granularity="1d", group_by=["agent_type"]) == [
        "time timestamp", "agent_type text", "interaction_count integer", "success_rate number",
    ]  # fmt: skip


def test_the_period_before_has_columns_of_its_own() -> None:
    assert columns(compare="previous")[2:] == ["previous_interaction_count integer", "previous_success_rate number"]


def test_it_is_personal_where_there_are_rows_of_users() -> None:
    assert not QUERY.personal(selection(ASKED))
    assert QUERY.personal(selection({**ASKED, "group_by": ["user"]}))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (None, "query: is required"),
        ({"board": "learning"}, r"query\.metrics: "),
        ({**ASKED, "board": "nothing"}, "board: 'nothing' is not one of"),
        ({**ASKED, "metrics": ["nothing"]}, "metrics: 'nothing' is not one of"),
        ({**ASKED, "limit": 5}, r"query\.limit: is not for an export"),
        ({**ASKED, "range": {}}, r"query\.range: is not for an export"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(query: Any, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        QUERY.check(selection(query))


def test_its_filters_stand_in_the_question() -> None:
    with pytest.raises(Invalid, match="filters: is not for query"):
        QUERY.check(selection(ASKED, filters={"dimension": "agent_type", "in": ["a"]}))
