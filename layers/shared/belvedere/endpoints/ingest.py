"""Endpoints that take events, and show which were rejected."""

from belvedere.endpoints.declaration import EndpointDeclaration

EVENTS = EndpointDeclaration(
    module="ingest.events",
    purpose="Accepts a batch of events and answers for each one: accepted, duplicate, conflict or rejected.",
    routes=("POST /v1/events",),
    scope="write",
    warm=True,
)

QUARANTINE = EndpointDeclaration(
    module="ingest.quarantine",
    purpose="Lists the rejected events of a workspace with their reasons.",
    routes=("GET /v1/quarantine",),
    scope="read",
    access=("state_rows",),
    warm=True,
)
