"""Files that hold events already, one JSON object a line, in the shape of `POST /v1/events`."""

import msgspec

from belvedere_cli.imports.mappings.base import Row, RowError, RowMapping
from belvedere_cli.imports.mappings.sender import mapping_sender
from belvedere_cli.sending.event_wire import WireEvent


def to_event(row: Row) -> WireEvent:
    """The row itself, once its shape is known to be an event's; the stack judges the rest."""
    try:
        return msgspec.convert(row, WireEvent)
    except msgspec.ValidationError as error:
        raise RowError(str(error)) from None


EVENTS = RowMapping("events", frozenset({"id", "type", "time"}), to_event)
COLUMNS = (EVENTS.columns,)
send = mapping_sender(EVENTS)
