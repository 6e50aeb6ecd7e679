"""What the routes of people take."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from belvedere.auth.passwords import LONGEST, SHORTEST
from belvedere.auth.roles import ADMIN, ANALYST, VIEWER
from belvedere.bodies import Body
from belvedere.directory.names import MAX_USER, Name, checked_id
from belvedere.directory.requests import Version
from belvedere.schema.catalog import catalog

UserId = Annotated[str, Field(min_length=1, max_length=MAX_USER), AfterValidator(checked_id)]


def role_names() -> tuple[str, ...]:
    """The roles that a person may have, from those who see least to those who see most."""
    roles = catalog().roles.values()
    self_only = (role.name for role in roles if role.self_only)
    return (*self_only, VIEWER, *(role.name for role in roles if not role.self_only), ANALYST, ADMIN)


if TYPE_CHECKING:
    RoleName = str
else:
    RoleName = Literal[role_names()]


class UserFields(Body):
    """A person, as an administrator writes them. Without a password the old one stays, and a new user has none."""

    role: RoleName
    username: Name | None = None
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    name: Name | None = None
    active: bool = True
    password: Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)] | None = None


class NewUserBody(UserFields):
    """POST /v1/directory/users: `user_id` is what events name as `user`; without a username it is that as well."""

    user_id: UserId


class UserBody(UserFields):
    """PUT /v1/directory/users/{user_id}."""

    version: Version = None
