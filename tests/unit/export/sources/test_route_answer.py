"""Answers of routes: asked as the caller, with the range and the fields of the route, and made into rows."""

from typing import Any, cast

import pytest

from belvedere.auth.caller import Caller
from belvedere.errors import Forbidden, Invalid
from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.sources.data_type import RouteRequest, Selection, SourceContext
from belvedere.export.sources.route_answer import RouteAnswer, days_back, days_up_to, present, time_range
from belvedere.storage.tables import Tables

DAY = 86_400_000
NOW = 1_736_942_400_000  # 2025-01-15T12:00:00Z
TODAY = NOW - NOW % DAY
WEEK = Selection(start=TODAY - 7 * DAY, end=TODAY)
ANALYST = Caller("demo", "read", "key", "ada", "analyst")
GET = RouteAnswer(name="a.b", method="GET", path="/a/b", roles=("analyst",))
DATES = {"start_date": "2025-01-08T00:00:00Z", "end_date": "2025-01-15T00:00:00Z"}


async def rows(data: RouteAnswer, answer: Any, selection: Selection = WEEK) -> tuple[list[Row], int | None]:
    async def answer_of(request: RouteRequest, caller: Caller) -> Any:
        assert (request, caller) == (data.request(selection, NOW), ANALYST)
        return answer

    context = SourceContext(tables=cast(Tables, None), slices=1, now=NOW, caller=ANALYST, answer_of=answer_of)
    source = data.source(selection, context)
    (part,) = await source.plan()
    extract = await source.read(part)
    return list(extract.rows), extract.as_of


def test_a_get_has_its_range_and_its_filters_in_the_query() -> None:
    selection = Selection(start=WEEK.start, end=WEEK.end, filters={"user_ids": ["a"]})
    assert GET.request(selection, NOW) == RouteRequest("GET", "/a/b", query={"user_ids": ["a"], **DATES})


def test_a_post_has_them_in_the_body() -> None:
    post = RouteAnswer(name="a.b", method="POST", path="/a/b", roles=(), place_range=time_range, fixed={"whole": True})
    assert post.request(WEEK, NOW).body == {"whole": True, "time_range": DATES}


def test_what_date_range_says_is_not_said_again() -> None:
    with pytest.raises(Invalid, match=r"filters\.end_date: is what date_range says"):
        GET.request(Selection(start=WEEK.start, end=WEEK.end, filters={"end_date": "2025"}), NOW)


def test_a_route_that_looks_back_takes_ranges_that_end_today() -> None:
    place = days_back("days")
    assert place(Selection(start=TODAY - 7 * DAY, end=TODAY + DAY), NOW) == {"days": 7}
    assert place(Selection(start=TODAY - 7 * DAY + 1, end=NOW), NOW) == {"days": 7}
    with pytest.raises(Invalid, match=r"date_range\.end: this data ends today"):
        place(WEEK, NOW)


def test_today_is_by_the_clocks_of_the_time_zone() -> None:
    place, hour = days_back("days"), DAY // 24
    new_york = {"timezone": "America/New_York"}
    midnight = TODAY + 5 * hour
    assert place(Selection(start=midnight - 7 * DAY, end=midnight + DAY, **new_york), NOW) == {"days": 7}
    with pytest.raises(Invalid, match=r"date_range\.end: this data ends today"):
        place(Selection(start=midnight - 7 * DAY, end=midnight, **new_york), NOW)


def test_the_days_reach_back_to_the_start_though_by_utc_it_is_tomorrow_already() -> None:
    midnight = TODAY + 5 * DAY // 24  # in New York
    evening = TODAY + DAY + DAY // 24
    selection = Selection(start=midnight - 7 * DAY, end=evening, timezone="America/New_York")
    assert days_back("days")(selection, evening) == {"days": 8}


def test_a_route_of_the_present_takes_ranges_that_hold_it() -> None:
    assert present(WEEK, WEEK.end) == {}
    assert present(Selection(start=TODAY, end=TODAY + DAY), NOW) == {}
    with pytest.raises(Invalid, match="date_range: this data is of the present"):
        present(WEEK, NOW)


def test_a_route_that_looks_back_from_a_moment_is_told_which() -> None:
    assert days_up_to("days", "at")(WEEK, NOW) == {"days": 7, "at": "2025-01-14T23:59:59.999Z"}


async def test_an_answer_is_a_row_a_value_and_says_when_it_was_true() -> None:
    found, as_of = await rows(GET, {"total": 3, "as_of": "2025-01-15T11:00:00Z"})
    assert found[0] == ("total", None, None, 3, None)
    assert as_of == NOW - 3_600_000


async def test_columns_of_an_answer_can_be_chosen() -> None:
    chosen = Selection(start=WEEK.start, end=WEEK.end, columns=("number", "section"))
    assert await rows(GET, {"total": 3}, chosen) == ([(3, "total")], NOW)


async def test_a_table_of_an_answer_is_its_rows() -> None:
    columns = (Column("at", ColumnType.TIMESTAMP), Column("n", ColumnType.INTEGER))
    table = RouteAnswer(name="a.b", method="GET", path="/a/b", roles=("analyst",), table="data", columns=columns)
    found, _ = await rows(table, {"data": [{"at": "2025-01-15T12:00:00Z", "n": 1}, {"n": 2}]})
    assert found == [(NOW, 1), (None, 2)]


async def test_who_may_not_call_the_route_may_not_export_it() -> None:
    with pytest.raises(Forbidden):
        await GET.restrict(Caller("demo", "read", "key", "ada", "viewer"), WEEK)
    assert await GET.restrict(ANALYST, WEEK) is WEEK
