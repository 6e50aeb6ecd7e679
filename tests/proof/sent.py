"""An event as its sender knows it, before the layer sees it."""

import json
from dataclasses import dataclass
from typing import Any

from belvedere.ingest.event import Event

Identity = tuple[str, str, int, str]  # workspace, type, time, id: what makes it the same event when it is sent again


@dataclass(frozen=True)
class Sent:
    """An event as its sender knows it; times are epoch milliseconds."""

    id: str
    type: str
    time: int
    user: str | None
    properties: dict[str, Any]
    workspace: str = ""
    received: int = 0
    quarter: str = ""  # of its hour, 0 to 3, where its workspace's zone is off the hour

    @property
    def identity(self) -> Identity:
        """What makes it the same event."""
        return self.workspace, self.type, self.time, self.id

    def wire(self) -> bytes:
        """Its JSON text."""
        told = {"id": self.id, "type": self.type, "time": self.time, "user": self.user, "properties": self.properties}
        return json.dumps(told).encode()

    def event(self) -> Event:
        """The canonical event."""
        return Event(
            id=self.id, type=self.type, time=self.time, workspace=self.workspace, user=self.user,
            properties=self.properties, received=self.received,
        )  # fmt: skip
