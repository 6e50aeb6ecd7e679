"""Reads DynamoDB's answers to reads without botocore's walk through the model of every attribute.

That walk is 90 % of a read: it calls three functions for each value to find that a text is a text. Here only binaries
are looked for. Everything else about a response, errors above all, stays botocore's.
"""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import orjson
from botocore.parsers import JSONParser, ResponseParserFactory

from belvedere.storage.lean.self_check import FACTORY_PARTS, has_parts, modules_have

Attributes = dict[str, dict[str, Any]]


class LeanParser(JSONParser):
    """botocore's parser, with a short way for the answers that hold items."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> dict[str, Any]:
        operation = shape.name.removesuffix("Output")
        if operation not in ITEMS:
            parsed: dict[str, Any] = super()._handle_json_body(raw_body, shape)  # type: ignore[misc]  # not in its stubs
            return parsed
        return restored(operation, orjson.loads(raw_body))


class LeanParsers(ResponseParserFactory):
    """Makes the lean parser for the protocol that DynamoDB speaks, as long as botocore's can be extended so."""

    def create_parser(self, protocol_name: str) -> Any:
        extensible = modules_have("parsers") and has_parts("parsers", self, FACTORY_PARTS)
        if protocol_name != "json" or not extensible:
            return super().create_parser(protocol_name)
        return LeanParser(**self._defaults)  # type: ignore[attr-defined]  # not in its stubs


SCALAR = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})


def restored(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to a read as the wire has it, with bytes where the wire has base64."""
    for item in ITEMS[operation](answer):
        for attribute in item.values():
            if not SCALAR.issuperset(attribute):
                _restore(attribute)
    return answer


def _restore(attribute: dict[str, Any]) -> None:
    """Put bytes where the wire has base64, however deep."""
    ((kind, value),) = attribute.items()
    if kind == "B":
        attribute["B"] = b64decode(value)
    elif kind == "BS":
        attribute["BS"] = [b64decode(text) for text in value]
    elif kind in ("L", "M"):
        for inner in value if kind == "L" else value.values():
            _restore(inner)


def _of_query(answer: dict[str, Any]) -> Iterator[Attributes]:
    yield from answer.get("Items", ())
    yield answer.get("LastEvaluatedKey", {})


def _of_get(answer: dict[str, Any]) -> Iterator[Attributes]:
    yield answer.get("Item", {})


def _of_batch_get(answer: dict[str, Any]) -> Iterator[Attributes]:
    for items in answer.get("Responses", {}).values():
        yield from items
    for rest in answer.get("UnprocessedKeys", {}).values():
        yield from rest["Keys"]


ITEMS = {"Query": _of_query, "GetItem": _of_get, "BatchGetItem": _of_batch_get}
