"""Roles: what people of a board may be, and whom each may see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that a board declares; whom it sees by name, the board's `people` module says.

    Who has a `self_only` role sees what is about themselves and nothing else. `name_whom` is what others are told who
    ask for a list of persons without naming any.
    """

    name: str
    self_only: bool = False
    name_whom: str = "name the persons in user_ids"
