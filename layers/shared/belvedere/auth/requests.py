"""What the routes of signing in and of keys take."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from belvedere.auth.passwords import LONGEST
from belvedere.bodies import Body
from belvedere.directory.names import WORKSPACE, Name

Given = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Workspace = Annotated[str, Field(pattern=f"^{WORKSPACE.pattern}$")]


class TokenBody(Body):
    """POST /auth/token: a user name or e-mail address, and the password."""

    username: Name
    password: Given
    workspace: Workspace | None = None


class RefreshBody(Body):
    """POST /auth/refresh: the refresh token, or name and password again."""

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
