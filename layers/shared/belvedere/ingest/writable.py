"""What an event may hold so that whatever shows it later can write it: 64-bit numbers, and not without bound in depth.

A board declares some properties of its events; all others are kept as they came, and come out again in exports.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from belvedere.ingest.quarantine import Reason, Rejected

MAX_EVENT = 256 * 1024
MAX_DEPTH = 100
WHOLE_NUMBERS = range(-(2**63), 2**64)
MANY_FLOATS = 5_000  # `1e15` is kept as 1000000000000000.0: so many may be more than an item holds


def check_writable(properties: Mapping[str, Any]) -> None:
    """Raises Rejected naming the property."""
    floats = 0
    for name, value in properties.items():
        if type(value) is float:
            floats += 1
        elif type(value) in (int, list, dict):
            floats += _check([value], f"properties.{name:.60}")
    if floats > MANY_FLOATS and (size := len(msgspec.json.encode(properties))) > MAX_EVENT:
        raise Rejected(Reason.TOO_LARGE, f"properties: {size} bytes with numbers written out; at most {MAX_EVENT}")


def _check(level: list[Any], field: str) -> int:
    """How many floats there are, all the way down."""
    floats = 0
    for _ in range(MAX_DEPTH):
        inside: list[Any] = []
        for value in level:
            if type(value) is float:
                floats += 1
            elif type(value) is int and value not in WHOLE_NUMBERS:
                raise Rejected(Reason.INVALID_PROPERTY, f"{field}: whole numbers are -2^63 to 2^64 - 1; send text")
            elif type(value) in (list, dict):
                inside += _values(value)
        if not inside:
            return floats
        level = inside
    raise Rejected(Reason.INVALID_PROPERTY, f"{field}: nested more than {MAX_DEPTH} deep")


def _values(value: Any) -> Iterator[Any]:
    return iter(value.values() if isinstance(value, dict) else value)
