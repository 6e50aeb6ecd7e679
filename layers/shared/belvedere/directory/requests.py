"""What the Directory's own routes take."""

from typing import Annotated

from pydantic import Field

from belvedere.bodies import Body

Version = Annotated[int | None, Field(description="replace only what still has this version")]


class WorkspaceBody(Body):
    """PUT /v1/directory/workspace; what is absent stays as it is."""

    timezone: str | None = Field(None, description="IANA time zone, such as Asia/Kolkata", max_length=100)
    version: Version = None
