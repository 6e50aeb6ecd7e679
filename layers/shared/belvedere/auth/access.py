"""Which routes and which workspace a caller may ask for; whom they may see there, `visibility` says."""

from collections.abc import Iterable
from urllib.parse import parse_qs

from belvedere.auth.caller import Caller
from belvedere.auth.roles import ADMIN, ANY_ROLE, SERVICE
from belvedere.errors import Forbidden

WORKSPACE_NAMES = ("workspace", "workspace_id")


def require_role(caller: Caller, *roles: str) -> None:
    """Raises Forbidden unless the caller has one of the roles. Admins pass, and service keys, which go by scope."""
    if ANY_ROLE not in roles and caller.role not in (*roles, ADMIN, SERVICE):
        allowed = ", ".join(dict.fromkeys((*roles, ADMIN)))
        raise Forbidden(f"the role '{caller.role}' may not do this; it takes one of: {allowed}", needed=allowed)


def require_workspace(caller: Caller, query_string: str) -> None:
    """Raises Forbidden when the query names another workspace than the caller's: it would be answered about theirs."""
    if "workspace" not in query_string:
        return
    parameters = parse_qs(query_string)
    for name in WORKSPACE_NAMES:
        require_own(caller, parameters.get(name, []), name)


def require_own(caller: Caller, workspaces: Iterable[str], field: str = "workspace") -> None:
    """Raises Forbidden, naming `field`, when any of these is another workspace than the caller's."""
    if set(workspaces) - {caller.workspace}:
        raise Forbidden(f"{field}: is not the workspace of this key or token")
