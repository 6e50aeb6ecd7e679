"""An example of every request and its answer, for the OpenAPI document; kept apart, so that no other route loads them.

A contract test sends each of them and compares what comes back, so none of them can be out of date.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

JSON = "application/json"
EVENT = {
    "type": "object",
    "description": "Something that happened; docs/events.md tells the types and their properties.",
    "required": ["id", "type", "time"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200},
        "type": {"type": "string"},
        "time": {"description": "ISO 8601 with an offset, or epoch milliseconds", "type": ["string", "integer"]},
        "user": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
        "properties": {"type": ["object", "null"]},
    },
}


@functools.cache
def examples() -> dict[str, dict[str, Any]]:
    """Examples by route (`GET /health`): `parameters`, `body` or `bodies` by content type, `answer`."""
    parsed: dict[str, dict[str, Any]] = orjson.loads(Path(__file__).with_name("examples.json").read_bytes())
    return parsed


def with_examples(
    route: str, operation: Mapping[str, Any], declared: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An operation with what its route's example adds, which its declaration has or else the file."""
    example = declared or examples().get(route, {})
    added: dict[str, Any] = {}
    if given := example.get("parameters"):
        added["parameters"] = [_parameter(parameter, given) for parameter in operation["parameters"]]
    if bodies := example.get("bodies"):
        added["requestBody"] = {"required": True, "content": bodies}
    elif "body" in example:
        content = operation["requestBody"]["content"][JSON] | {"example": example["body"]}
        added["requestBody"] = operation["requestBody"] | {"content": {JSON: content}}
    if "answer" in example:
        status, good = good_answer(operation)
        content = good["content"][JSON] | {"example": example["answer"]}
        added["responses"] = operation["responses"] | {status: good | {"content": {JSON: content}}}
    return {**operation, **added}


def good_answer(operation: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(status, description) of what an operation answers when all goes well: 200, 201, 202, 204 or 302."""
    return next((status, answer) for status, answer in operation["responses"].items() if status[0] in "23")


def _parameter(parameter: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {**parameter, "example": given[parameter["name"]]} if parameter["name"] in given else dict(parameter)
