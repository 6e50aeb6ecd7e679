"""The parts of one trace, wherever its form keeps them.

Three forms are known: lines of a LiteLLM log (nested `attributes`, `metadata`, `usage`), records of LiteLLM's generic
API logger (everything at the top), and spans of Arize Phoenix (flat keys `attributes.*`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import msgspec

LITELLM, ARIZE, AUTO = "litellm", "arize", "auto"
FORMATS = (AUTO, LITELLM, ARIZE)

FLAT = "attributes."
FLAT_METADATA = "attributes.metadata"  # lines of a LiteLLM log may have that one, too
SPAN_KEYS = frozenset({"span_kind", "context.span_id", "parent_id"})
Json = Mapping[str, Any]
NOTHING: Json = {}


class View(NamedTuple):
    """Where a field may be: at the top, among attributes, metadata, the requester's own, parameters, or usage."""

    form: str
    top: Json
    attributes: Json
    metadata: Json
    requester: Json
    parameters: Json
    usage: Json

    def at(self, place: "Place") -> Any:
        """What is at a place; None where there is nothing, or only an empty text."""
        value = cast(Json, self[place.part]).get(place.name)
        return None if isinstance(value, str) and not value.strip() else value


class Place(NamedTuple):
    """A name in a part of a view; the part by its position, as every trace is looked up at dozens of places."""

    part: int
    name: str

    def __str__(self) -> str:
        part = View._fields[self.part]
        return self.name if part == "top" else f"{part}.{self.name}"


def places(part: str, *names: str) -> tuple[Place, ...]:
    """Places in one part."""
    return tuple(Place(View._fields.index(part), name) for name in names)


def view_of(trace: Json, form: str = AUTO) -> View:
    """The parts of a trace; its form is told by its keys where that is not said."""
    form = told_form(trace) if form == AUTO else form
    attributes = _object(trace.get("attributes"))
    if form == ARIZE:
        attributes = attributes | {key.removeprefix(FLAT): trace[key] for key in trace if key.startswith(FLAT)}
    metadata = _metadata(trace, attributes)
    requester = _object(metadata.get("requester_metadata"))
    parameters, usage = _object(trace.get("model_parameters")), _object(trace.get("usage"))
    return View(form, trace, attributes, metadata, requester, parameters, usage)


def told_form(trace: Json) -> str:
    """A span has flat attributes or a span's keys, and no `usage`."""
    flat = any(key.startswith(FLAT) and key != FLAT_METADATA for key in trace)
    return ARIZE if "usage" not in trace and (flat or SPAN_KEYS & trace.keys()) else LITELLM


def _metadata(trace: Json, attributes: Json) -> Json:
    """An object, or the JSON text of one; text that is none is kept as `raw`, for there may be an id in it."""
    for value in (trace.get("metadata"), trace.get(FLAT_METADATA)):
        if found := _object(value) or _parsed(value):
            return found
    return _object(attributes.get("metadata"))


def _parsed(value: Any) -> Json:
    if not isinstance(value, str) or not value.strip():
        return NOTHING
    try:
        return msgspec.json.decode(value, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {"raw": value}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
