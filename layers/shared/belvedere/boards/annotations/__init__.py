"""Annotations: moments worth a line on every chart, such as a deployment or an incident. Sent like any event."""

from typing import Annotated

import msgspec
from msgspec import Meta

from belvedere.schema.board import Board, EventType
from belvedere.schema.metrics import count
from belvedere.schema.rollup_tables import Grain, RollupTable

NOTE = "annotations.note"
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Tag = Annotated[str, Meta(min_length=1, max_length=100)]


class Note(msgspec.Struct):
    """A moment, or a stretch up to `end` (epoch milliseconds)."""

    title: Text
    text: Text | None = None
    tags: Annotated[list[Tag], Meta(max_length=20)] = []
    end: Annotated[int, Meta(ge=0)] | None = None


BOARD = Board(
    name="annotations",
    event_types=(EventType(name=NOTE, properties=Note),),
    rollup_tables=(RollupTable(name="annotations.notes", event_type=NOTE, grains=(Grain.HOUR, Grain.DAY)),),
    metrics=(count("note_count", NOTE, doc="Notes in the range."),),
    headers={},
    exports="belvedere.boards.annotations.data_types",
)
