"""The answer of a route as rows: one for each value in it, or, where it is a table, one for each of its rows.

The route itself is asked, as the caller, so a figure in the file is the figure that the route shows.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from belvedere.auth.access import require_role
from belvedere.auth.caller import Caller
from belvedere.clock import DAY_MS, iso, to_datetime, to_ms
from belvedere.errors import Invalid
from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.sources import flatten
from belvedere.export.sources.data_type import (
    Extract,
    Part,
    RouteRequest,
    Selection,
    SourceContext,
    chosen,
    refuse_unused,
)
from belvedere.export.sources.pages import PAGING, Pages, whole_answer
from belvedere.query.planner.granularity import time_zone
from belvedere.time_ranges import moment

AS_OF = "as_of"

PlaceRange = Callable[[Selection, int], Mapping[str, Any]]


def dates(selection: Selection, _now: int) -> Mapping[str, Any]:
    """`start_date` and `end_date`."""
    return {"start_date": iso(selection.start), "end_date": iso(selection.end)}


def time_range(selection: Selection, now: int) -> Mapping[str, Any]:
    """The same two in `time_range`."""
    return {"time_range": dict(dates(selection, now))}


def days_back(name: str) -> PlaceRange:
    """A number of UTC days up to today, for routes that look back from now: any other range is refused.

    Today is what the clocks of the selection's time zone say.
    """

    def place(selection: Selection, now: int) -> Mapping[str, Any]:
        zone = time_zone(selection.timezone, "timezone") or UTC
        today = to_datetime(now).astimezone(zone).date()
        midnight, next_midnight = (_midnight(today + timedelta(days=days), zone) for days in (0, 1))
        if not midnight < selection.end <= next_midnight or selection.start >= midnight:
            raise Invalid("date_range.end: this data ends today; end with today or tomorrow, and start before today")
        return {name: max(1, -(-(now - now % DAY_MS - selection.start) // DAY_MS))}

    return place


def _midnight(day: date, zone: tzinfo) -> int:
    """When a day begins by the clocks of a zone, epoch ms."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def days_up_to(name: str, at: str) -> PlaceRange:
    """A number of whole days and the moment they end with."""

    def place(selection: Selection, _now: int) -> Mapping[str, Any]:
        return {name: -(-(selection.end - selection.start) // DAY_MS), at: iso(selection.end - 1)}

    return place


def present(selection: Selection, now: int) -> Mapping[str, Any]:
    """Nothing, for routes that tell how things are now: a range without the present is refused."""
    if not selection.start <= now <= selection.end:  # a preset ends with the present
        raise Invalid("date_range: this data is of the present, which has to be in it")
    return {}


@dataclass(frozen=True, kw_only=True)
class RouteAnswer:
    """What a route answers: `path` as it is declared, `place_range` how it takes its range, `roles` as it has them.

    `table` names the field of the answer that is a list of rows with these `columns` (`""` where the answer is the
    list); without, there is a row for each value. `fixed` are fields that an export always sends, `pages` says how
    the answer is paged.
    """

    name: str
    method: str
    path: str
    roles: tuple[str, ...]
    place_range: PlaceRange = dates
    by_person: bool = False
    table: str | None = None
    columns: tuple[Column, ...] = flatten.COLUMNS
    fixed: Mapping[str, Any] = field(default_factory=dict)
    event_type: str | None = None
    pages: Pages | None = None

    def personal(self, _selection: Selection) -> bool:
        """Does it list persons?"""
        return self.by_person

    def check(self, selection: Selection) -> tuple[Column, ...]:
        """The chosen columns; what the route makes of the filters, it says when it is asked. Raises Invalid."""
        refuse_unused(selection, self.name, "query")
        return chosen(self.columns, selection.columns)

    def check_range(self, selection: Selection, now: int) -> None:
        """Makes the request as it will be made. Raises Invalid for a range that the route refuses."""
        self.request(selection, now)

    async def restrict(self, caller: Caller, selection: Selection) -> Selection:
        """The route limits what its callers see; here is only asked whether they may call it. Raises Forbidden."""
        require_role(caller, *self.roles)
        return selection

    def source(self, selection: Selection, context: SourceContext) -> "RouteSource":
        """Asks the route."""
        return RouteSource(self, selection, context)

    def request(self, selection: Selection, now: int, page: int = 1) -> RouteRequest:
        """The request to the route, with its range and its other fields. Raises Invalid for a range that it refuses."""
        given = dict(selection.filters or {})
        placed = self.place_range(selection, now)
        for name in placed:
            if name in given:
                raise Invalid(f"filters.{name}: is what date_range says; say it once")
        fields = {**self.fixed, **given, **placed}
        if self.pages is not None:
            for name in given.keys() & set(PAGING):
                raise Invalid(f"filters.{name}: is not for an export, which has all pages")
            fields |= self.pages.fields(page)
        if self.method == "GET":
            return RouteRequest(self.method, self.path, query=fields)
        return RouteRequest(self.method, self.path, body=fields)


class RouteSource:
    """One answer, which is one part."""

    def __init__(self, data: RouteAnswer, selection: Selection, context: SourceContext) -> None:
        self.columns = data.check(selection)
        self._data, self._selection, self._context = data, selection, context

    async def plan(self) -> list[Part]:
        """One part."""
        return [Part(0, self._selection.start, self._selection.end, 0)]

    async def read(self, part: Part) -> Extract:  # noqa: ARG002
        """The answer as it is now. Raises what the route refuses with."""
        context = self._context
        answer = await (whole_answer(pages, self._page) if (pages := self._data.pages) else self._page(1))
        as_of = answer.get(AS_OF) if isinstance(answer, dict) else None
        return Extract(self.columns, self._rows(answer), moment(as_of, AS_OF) if as_of else context.now)

    async def _page(self, number: int) -> Any:
        context = self._context
        if context.answer_of is None or context.caller is None:
            raise ValueError("a source of answers needs a caller and a way to ask")
        return await context.answer_of(self._data.request(self._selection, context.now, number), context.caller)

    def _rows(self, answer: Any) -> Iterator[Row]:
        data = self._data
        if data.table is None:
            every: Iterator[Row] = flatten.flattened(answer)
        else:
            listed = answer[data.table] if data.table else answer
            every = (tuple(_value(column, row.get(column.name)) for column in data.columns) for row in listed)
        places = [data.columns.index(column) for column in self.columns]
        return (tuple(row[place] for place in places) for row in every)


def _value(column: Column, value: Any) -> Any:
    return moment(value, column.name) if column.type is ColumnType.TIMESTAMP and value is not None else value
