"""Endpoints that stream what happens."""

from belvedere.auth.roles import EVERYBODY
from belvedere.endpoints.declaration import EndpointDeclaration

EVENTS = EndpointDeclaration(
    module="realtime.events",
    purpose="Everything that happens in a workspace as server-sent events.",
    routes=("GET /api/v1/dashboard/realtime/events",),
    scope="read",
    roles=EVERYBODY,
    access=("watermark", "state_rows", "classes"),
)
