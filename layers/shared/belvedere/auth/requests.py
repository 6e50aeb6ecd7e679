"""What the routes of signing in and of people take."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from belvedere.auth.passwords import LONGEST, SHORTEST
from belvedere.bodies import Body
from belvedere.directory.names import MAX_USER, WORKSPACE, Name, checked_id
from belvedere.directory.requests import Version

UserId = Annotated[str, Field(min_length=1, max_length=MAX_USER), AfterValidator(checked_id)]
Given = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Workspace = Annotated[str, Field(pattern=f"^{WORKSPACE.pattern}$")]
Role = Literal["student", "viewer", "instructor", "analyst", "admin"]


class TokenBody(Body):
    """POST /auth/token: a user name or e-mail address, and the password."""

    username: Name
    password: Given
    workspace: Workspace | None = None


class RefreshBody(Body):
    """POST /auth/refresh: the refresh token, or name and password again, as the productivity contract has it."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=8192)] | None = None
    username: Name | None = None
    password: Given | None = None
    workspace: Workspace | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        """Either the one or the other."""
        by_password = self.username is not None and self.password is not None
        if (self.refresh_token is not None) == by_password:
            raise ValueError("send refresh_token, or username and password, and not both")
        return self


class NewKeyBody(Body):
    """POST /v1/keys."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scope: Literal["write", "read", "admin"]
    expires_at: AwareDatetime | None = None


class UserFields(Body):
    """A person, as an administrator writes them. Without a password the old one stays, and a new user has none."""

    role: Role
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
