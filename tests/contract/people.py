"""People with tokens, for tests of what each may see."""

import contextlib

from belvedere.auth.people import fetch_person
from belvedere.auth.secret import SECRET
from belvedere.auth.tokens import ACCESS, Claims, issue, new_id
from belvedere.auth.user_requests import NewUserBody
from belvedere.auth.users import create_user
from belvedere.boards.demo_accounts import STUDENT
from belvedere.clock import SECOND_MS, now_ms
from belvedere.errors import Conflict
from belvedere.storage.tables import tables

DEMO_IDS = {"student": STUDENT}


def token_of(user: str, workspace: str = "demo", *, secret: str | None = None) -> str:
    """A token as its login gives it, without the login; of a demo account by its name."""
    person = fetch_person(workspace, DEMO_IDS.get(user, user))
    stamp = person.stamp if person else ""
    claims = Claims(DEMO_IDS.get(user, user), workspace, new_id(), new_id(), stamp=stamp)
    return issue(ACCESS, claims, "any", secret=secret or SECRET.value(), now_s=now_ms() // SECOND_MS, ttl_s=600)


def a_person(role: str, user: str, workspace: str = "demo") -> dict[str, str]:
    """The header of a person with a role, who is made at the first use."""
    with contextlib.suppress(Conflict):  # a test before this one made them
        create_user(tables(workspace), NewUserBody.model_validate({"user_id": user, "role": role}))
    return {"Authorization": f"Bearer {token_of(user, workspace)}"}
