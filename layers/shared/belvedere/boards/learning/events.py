"""What a tutor sends: attempts at a problem step, and hints asked for on the way."""

from typing import Annotated

import msgspec
from msgspec import Meta

from belvedere.schema.board import EventType

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Milliseconds = Annotated[float, Meta(ge=0, le=1e12)]


class Interaction(msgspec.Struct):
    """A student's turn with one agent; `success` says whether it went well."""

    success: bool
    agent_type: Name | None = None
    concept: Name | None = None
    class_id: Name | None = None
    execution_time_ms: Milliseconds | None = None
    error_type: Name | None = None


class Hint(msgspec.Struct):
    """A hint that a student opened."""

    agent_type: Name | None = None
    concept: Name | None = None
    class_id: Name | None = None


INTERACTION = "learning.interaction"
HINT = "learning.hint"

EVENT_TYPES = (
    EventType(name=INTERACTION, properties=Interaction, live_fields=("agent_type", "concept", "class_id", "success")),
    EventType(name=HINT, properties=Hint, live_fields=("agent_type", "concept", "class_id")),
)
