"""What a request's body is made of."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from belvedere.errors import Invalid


class Body(BaseModel):
    """A body, or an object in one, of which every field is known: one that nobody would use is refused."""

    model_config = ConfigDict(extra="forbid")

    def refuse(self, names: Iterable[str], because: str, *, inside: str = "") -> None:
        """Raises Invalid for a field of these that was sent; `inside` names the object that it stands in."""
        for name in names:
            if name in self.model_fields_set:
                raise Invalid(f"{inside}{name}: {because}")
