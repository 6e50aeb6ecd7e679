"""What can be exported of annotations."""

from belvedere.boards.annotations import NOTE
from belvedere.export.sources.raw_events import RawEvents

DATA_TYPES = (RawEvents(event_type=NOTE, roles=("analyst",)),)
