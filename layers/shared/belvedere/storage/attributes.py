"""Python values to DynamoDB attribute values and back, for the few kinds the engine stores.

Numbers are integers everywhere (sums have a declared unit), so addition in the table is exact.
"""

from collections.abc import Mapping
from typing import Any

Value = str | int | bool | bytes
Item = dict[str, Value]
AttributeValue = dict[str, Any]


def encode(value: Value) -> AttributeValue:
    """One value as DynamoDB's JSON has it."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    return {"B": value}


def decode(attribute: Mapping[str, Any]) -> Value:
    """The value of one attribute. Raises ValueError on a kind the engine never writes."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value)
    if kind in ("S", "BOOL"):
        return value  # type: ignore[no-any-return]  # boto3 gives str and bool
    if kind == "B":
        return bytes(value)
    raise ValueError(f"attribute of kind {kind}")


def encode_item(item: Mapping[str, Value]) -> dict[str, AttributeValue]:
    """A whole item."""
    return {name: encode(value) for name, value in item.items()}


def decode_item(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """A whole item."""
    return {name: decode(value) for name, value in item.items()}
