"""Which query parameters a route takes. One that it does not use is refused: an answer would ignore it in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin
from urllib.parse import parse_qs

from fastapi.routing import APIRoute
from pydantic import BaseModel

from belvedere.auth.access import WORKSPACE_NAMES
from belvedere.errors import Invalid

TOKEN, USER = "token", "user_id"  # who asks, as the learning contract has it in the query


@dataclass(frozen=True)
class Parameters:
    """The names of a route's query parameters, and those of them that may come more than once."""

    names: frozenset[str]
    lists: frozenset[str]

    @classmethod
    def of(cls, route: APIRoute) -> "Parameters":
        """Those that the route's function declares."""
        declared = dict(_declared(route))
        return cls(frozenset(declared), frozenset(name for name, kind in declared.items() if _is_list(kind)))

    def check(self, query_string: str) -> None:
        """Raises Invalid for a name that the route does not take, and for two values where it takes one."""
        given = parse_qs(query_string, keep_blank_values=True)
        known = {*self.names, *WORKSPACE_NAMES, TOKEN, *((USER,) if TOKEN in given else ())}
        for name, values in given.items():
            if name not in known:
                takes = ", ".join(sorted(self.names))
                raise Invalid(f"{name:.60}: is no parameter of this route; it takes {takes or 'none'}")
            if name in self.names - self.lists and len(set(values)) > 1:
                raise Invalid(f"{name}: is given {len(values)} times with different values; say it once")


def _declared(route: APIRoute) -> Iterator[tuple[str, Any]]:
    """Names and types; a model stands for its fields."""
    for field in route.dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((member.alias or name, member.annotation) for name, member in kind.model_fields.items())
        else:
            yield field.alias, kind


def _is_list(kind: Any) -> bool:
    return any(get_origin(annotation) is list for annotation in (kind, *get_args(kind)))
