"""Accounts that everybody knows, for trying things out. They are made in development only, and work nowhere else.

The first three are those of the productivity contract; the others are a learning board's student and instructor.
"""

import contextlib

from belvedere.auth.user_requests import NewUserBody
from belvedere.auth.users import create_user
from belvedere.errors import Conflict, Forbidden
from belvedere.settings import settings
from belvedere.storage.tables import Tables

STUDENT = "student-001"  # one of the simulated students, so that there is something to see
PASSWORDS = {name: f"{name}123" for name in ("demo", "pilot", "admin", "student", "instructor")}
_ROLES = {"demo": "analyst", "pilot": "analyst", "admin": "admin", "student": "student", "instructor": "instructor"}


def create_demo_accounts(workspace_tables: Tables) -> dict[str, str]:
    """The passwords of the demo accounts by user name; makes those that are missing. Raises Forbidden elsewhere."""
    if not settings().development:
        raise Forbidden("demo accounts exist in development only")
    for name, role in _ROLES.items():
        user_id = STUDENT if name == "student" else name
        body = {"user_id": user_id, "username": name, "role": role, "name": f"Demo {name}"}
        with contextlib.suppress(Conflict):  # made before; whatever was changed since stays
            create_user(workspace_tables, NewUserBody.model_validate(body), demo_password=PASSWORDS[name])
    return dict(PASSWORDS)
