"""The parts of one trace, wherever its form keeps them.

Known are lines of a LiteLLM log (nested `attributes`, `metadata`, `usage`), records of LiteLLM's generic API logger and
rows of its database (everything at the top), and spans: of Arize Phoenix (flat keys `attributes.*`, or nested), of
OpenTelemetry (as it prints them, or OTLP's JSON), and observations of Langfuse. That a key is there says nothing: null
and an empty text are no values.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec

LITELLM, ARIZE, AUTO = "litellm", "arize", "auto"
FORMATS = (AUTO, LITELLM, ARIZE)

FLAT = "attributes."
FLAT_METADATA = "attributes.metadata"  # lines of a LiteLLM log may have that one, too
SPAN_KEYS = frozenset({"span_kind", "context", "context.span_id", "parent_id", "spanId", "parentObservationId"})
USAGES = ("usage", "usageDetails", "usage_details")
COSTS = ("costDetails", "cost_details", "cost_breakdown")
DETAILS = ("prompt_tokens_details", "input_tokens_details")
Json = Mapping[str, Any]
NOTHING: Json = {}


class TraceFields(NamedTuple):
    """Where a field may be: at the top, or in one of the objects there."""

    form: str
    top: Json
    attributes: Json
    metadata: Json
    requester: Json
    parameters: Json
    usage: Json
    details: Json  # of the tokens that were sent
    cost: Json
    context: Json
    status: Json

    def at(self, place: "FieldPath") -> Any:
        """What is at a place; None where there is nothing, or only an empty text."""
        value = cast(Json, self[place.section]).get(place.name)
        return None if isinstance(value, str) and not value.strip() else value

    def has(self, place: "FieldPath") -> bool:
        """Whether the key is there, with a value or without."""
        return place.name in cast(Json, self[place.section])


class FieldPath(NamedTuple):
    """A name in a section of a view; the section by its position, as every trace is looked up at dozens of places."""

    section: int
    name: str

    def __str__(self) -> str:
        section = TraceFields._fields[self.section]
        return self.name if section == "top" else f"{section}.{self.name}"


def places(section: str, *names: str) -> tuple[FieldPath, ...]:
    """Places in one part."""
    return tuple(FieldPath(TraceFields._fields.index(section), name) for name in names)


def view_of(trace: Json, form: str = AUTO) -> TraceFields:
    """The parts of a trace; its form is told by its keys where that is not said."""
    form = told_form(trace) if form == AUTO else form
    attributes = _attributes(trace.get("attributes"))
    if form == ARIZE:
        flat = {key.removeprefix(FLAT): trace[key] for key in trace if key.startswith(FLAT)}
        attributes = _filled(_flattened(flat), attributes)
    metadata = _metadata(trace, attributes)
    response = _object(trace.get("response"))
    usage = _filled(*(_json(trace.get(name)) for name in USAGES), _object(metadata.get("usage_object")),
                    _object(response.get("usage")))  # fmt: skip
    return TraceFields(
        form=form, top=trace, attributes=attributes, metadata=metadata,
        requester=_json(metadata.get("requester_metadata")), parameters=_json(trace.get("model_parameters")),
        usage=usage, details=_filled(*(_object(usage.get(name)) for name in DETAILS)),
        cost=_filled(*(_json(trace.get(name)) for name in COSTS)), context=_json(trace.get("context")),
        status=_json(trace.get("status")),
    )  # fmt: skip


def told_form(trace: Json) -> str:
    """A span has flat attributes or a span's keys, and no `usage`."""
    flat = any(key.startswith(FLAT) and key != FLAT_METADATA for key in trace)
    return ARIZE if trace.get("usage") is None and (flat or SPAN_KEYS & trace.keys()) else LITELLM


def _metadata(trace: Json, attributes: Json) -> Json:
    """An object, or the JSON text of one; text that is none is kept as `raw`, for there may be an id in it."""
    for value in (trace.get("metadata"), trace.get(FLAT_METADATA), attributes.get("metadata")):
        if metadata := _object(value) or _parsed(value):
            return metadata
    return NOTHING


def _parsed(value: Any) -> Json:
    if not isinstance(value, str) or not value.strip():
        return NOTHING
    try:
        return msgspec.json.decode(value, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {"raw": value}


def _attributes(value: Any) -> Json:
    """Attributes by their dotted names: of an object, nested or not, of its JSON text, or of OTLP's list of pairs."""
    if isinstance(value, list):
        pairs = (pair for pair in value if isinstance(pair, dict) and isinstance(pair.get("key"), str))
        return {pair["key"]: _otlp(pair.get("value")) for pair in pairs}
    return _flattened(_json(value))


def _otlp(value: Any) -> Any:
    """The value in an object that names its type: `{"intValue": "12"}`."""
    return next(iter(value.values()), None) if isinstance(value, dict) else value


def _flattened(attributes: Json) -> Json:
    """With the values of nested objects by their dotted names, beside the objects; a key that is there wins."""
    if not any(isinstance(value, dict) for value in attributes.values()):
        return attributes
    return _filled(attributes, dict(_leaves("", attributes)))


def _leaves(prefix: str, value: Json) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(f"{prefix}{key}.", inner)
        else:
            yield f"{prefix}{key}", inner


def _filled(*objects: Json) -> Json:
    """One object of several, the first that has a value for a key having it."""
    filled: dict[str, Any] = {}
    for container in objects:
        for key, value in container.items():
            if filled.get(key) is None:
                filled[key] = value
    return filled


def _json(value: Any) -> Json:
    """An object, or what the JSON text of one says."""
    parsed = _parsed(value) if isinstance(value, str) and value.lstrip().startswith("{") else value
    return _object(parsed)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
