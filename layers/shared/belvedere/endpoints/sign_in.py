"""Endpoints that give tokens."""

from belvedere.endpoints.declaration import EndpointDeclaration

TOKEN = EndpointDeclaration(
    module="auth.token",
    purpose="An access and a refresh token for a password.",
    routes=("POST /auth/token",),
    needs="a name and a password",
    access=("know_caller", "check_tokens", "know_edge", "begin_session", "count_callers"),
)

REFRESH = EndpointDeclaration(
    module="auth.refresh",
    purpose="The next pair of tokens of a session, or a new session for a password.",
    routes=("POST /auth/refresh",),
    needs="a refresh token, or as above",
    access=("know_caller", "check_tokens", "know_edge", "continue_session", "count_callers"),
)
