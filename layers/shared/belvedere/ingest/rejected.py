"""An event that is not kept."""

from belvedere.ingest.quarantine import Reason


class Rejected(Exception):
    """Why, with a detail that names the field; and the event's id, where it could be read."""

    def __init__(self, reason: Reason, detail: str, event_id: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.event_id = event_id
