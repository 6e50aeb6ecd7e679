"""Raw events of one type as rows, in order of time, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.auth.access import require_role
from belvedere.auth.caller import Caller
from belvedere.auth.visibility import askable
from belvedere.errors import Invalid
from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.sources.data_type import (
    SETTLING_MS,
    Extract,
    Part,
    Selection,
    SourceContext,
    chosen,
    narrowed,
    refuse_unused,
)
from belvedere.export.sources.event_columns import event_columns, property_columns, row_of
from belvedere.export.sources.event_counts import event_counts
from belvedere.export.sources.parts import ROWS_PER_PART, parts_of
from belvedere.ingest.event import Event, key_of
from belvedere.query.planner.filters import EVERYTHING, Filter, parse
from belvedere.query.reader.read import Reader
from belvedere.rollups.aside import read as read_aside
from belvedere.rollups.rawlog import oldest_first
from belvedere.schema.board import EventType
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import USER, field_value
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

FILTERED = (ColumnType.TEXT, ColumnType.BOOLEAN, ColumnType.INTEGER)
TEXT_OF_BOOLEAN = {True: "true", False: "false"}


@dataclass(frozen=True, kw_only=True)
class RawEvents:
    """The events of one type, for these roles; who may not see everybody sees those of whom they may see."""

    event_type: str
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the event type."""
        return self.event_type

    @property
    def kind(self) -> EventType:
        """The declaration of the type."""
        return catalog().event_types[self.event_type]

    def personal(self, _selection: Selection) -> bool:
        """Events name their users."""
        return True

    def check(self, selection: Selection) -> tuple[Column, ...]:
        """The chosen columns. Raises Invalid for a column or a filter that events of this type do not have."""
        refuse_unused(selection, self.name, "query")
        known = filterable(self.kind)
        for name in parse(selection.filters).dimensions():
            if name not in known:
                raise Invalid(f"filters: {name!r:.80} is not one of {', '.join(known)}")
        return chosen(event_columns(self.kind), selection.columns)

    def check_range(self, selection: Selection, now: int) -> None:
        """Takes any range."""

    async def restrict(self, caller: Caller, selection: Selection) -> Selection:
        """Own events for who sees only themselves, else those of named persons they may see. Raises Forbidden."""
        require_role(caller, *self.roles)
        named = parse(selection.filters).only(USER) or ()
        return narrowed(selection, await askable(caller, named, by_person=True))

    def source(self, selection: Selection, context: SourceContext) -> "RawSource":
        """Reads them from the raw log."""
        return RawSource(self, selection, context)


def filterable(kind: EventType) -> tuple[str, ...]:
    """The fields that events of a type can be filtered by."""
    return (USER, *(name for name, column in property_columns(kind).items() if column.type in FILTERED))


class RawSource:
    """Reads the events of a selection, those that were received in time and count in the rollups."""

    def __init__(self, data: RawEvents, selection: Selection, context: SourceContext) -> None:
        self.columns = data.check(selection)
        self._data, self._selection, self._context = data, selection, context
        self._filter = parse(selection.filters)

    async def plan(self) -> list[Part]:
        """Parts of about as many events each, as the rollups count them, whatever the filters leave of them."""
        tables, selection = self._context.tables, self._selection
        time_range = TimeRange(selection.start, selection.end)
        reader = Reader(tables.rollups, tables.state)
        counts = await event_counts(self._data.event_type, time_range, reader, larger_than=ROWS_PER_PART)
        return parts_of(selection.start, selection.end, counts, ROWS_PER_PART)

    async def read(self, part: Part) -> Extract:
        """Rows that are read as they are taken."""
        return Extract(self.columns, await in_thread(partial(self._rows, part)), None)

    def _rows(self, part: Part) -> Iterator[Row]:
        events = received_in_time(self._events(part), self._context.now)
        if aside := read_aside(self._context.tables.state):
            workspace, slices = self._context.tables.events.workspace, self._context.slices
            events = (event for event in events if key_of(event, workspace, slices) not in aside)
        if (users := self._selection.users) is not None:
            events = (event for event in events if event.user in users)
        if self._filter is not EVERYTHING:
            events = filter(partial(matches, self._filter), events)
        return map(row_of(self._data.kind, self.columns), events)

    def _events(self, part: Part) -> Iterator[Event]:
        """Of every day, also of those that the rollups do not know: an import of old days may not be folded yet."""
        events, name = self._context.tables.events, self._data.event_type
        return oldest_first(events, name, part.start, part.end, slices=self._context.slices)


def received_in_time(events: Iterator[Event], start_of_job: int) -> Iterator[Event]:
    """Events whose storing was over when the job began, so that every part and every retry sees the same ones."""
    latest = start_of_job - SETTLING_MS
    return (event for event in events if event.received <= latest)


def matches(wanted: Filter, event: Event) -> bool:
    """Does an event pass a filter?"""
    return wanted.matches(_dimensions(wanted, event))


def _dimensions(wanted: Filter, event: Event) -> Mapping[str, str]:
    values = {name: field_value(event, name) for name in wanted.dimensions()}
    return {name: dimension_text(value) for name, value in values.items() if value is not None}


def dimension_text(value: Any) -> str:
    """A value as a filter names it."""
    return TEXT_OF_BOOLEAN[value] if isinstance(value, bool) else str(value)
