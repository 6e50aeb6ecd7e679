"""What people may be, and which routes that opens.

A person has one role in one workspace; a service key has none, and is as wide as its scope. Beside the roles here are
those that boards declare. A route that says nothing is for those who may see everything in their workspace, so a new
one is never open by oversight.
"""

SERVICE = "service"
VIEWER, ANALYST, ADMIN = "viewer", "analyst", "admin"
SEE_ALL = (ANALYST, ADMIN, SERVICE)  # roles whose questions are limited by their workspace only
ANY_ROLE = "*"
EVERYBODY = (ANY_ROLE,)
SCOPE_OF_PEOPLE = "read"
_BY_SCOPE = {"read": (ANALYST, ADMIN), "write": (ADMIN,), "admin": (ADMIN,)}


def roles_of(scope: str | None, declared: tuple[str, ...] | None) -> tuple[str, ...]:
    """The roles that may call a route: those that it declares, as far as its scope lets people in, and admins."""
    if scope is None:
        return EVERYBODY
    if scope != SCOPE_OF_PEOPLE or declared is None:
        return _BY_SCOPE[scope]
    return declared if declared == EVERYBODY else (*(role for role in declared if role != ADMIN), ADMIN)
