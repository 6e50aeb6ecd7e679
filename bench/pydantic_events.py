"""The peer of ingest: the same event, with the same limits, as pydantic models."""

import json
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Properties(BaseModel):
    """What an interaction carries."""

    model_config = ConfigDict(extra="allow")

    success: bool
    agent_type: Name | None = None
    concept: Name | None = None
    class_id: Name | None = None
    execution_time_ms: Annotated[float, Field(ge=0, le=1e12)] | None = None


class EventModel(BaseModel):
    """One event."""

    id: Text
    type: Text
    time: AwareDatetime
    user: Text | None = None
    workspace: Text | None = None
    properties: Properties


def checked(body: bytes) -> list[EventModel]:
    """Decode a JSON array and make a model of each of its objects."""
    return [EventModel(**fields) for fields in json.loads(body)]
