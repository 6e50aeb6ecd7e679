"""List parameters: repeated (`?id=a&id=b`), comma-joined (`?id=a,b`), or both."""

from collections.abc import Iterable

from belvedere.errors import Invalid

MAX_VALUES = 100
MAX_TEXT = 900  # bytes; no name has more, and the table refuses a key made of a much longer one


def values(given: Iterable[str] | None, field: str) -> tuple[str, ...]:
    """The distinct values in the order given. Raises Invalid beyond MAX_VALUES."""
    parts = (part.strip() for text in given or () for part in text.split(","))
    items = tuple(dict.fromkeys(part for part in parts if part))
    if len(items) > MAX_VALUES:
        raise Invalid(f"{field}: {len(items)} values; at most {MAX_VALUES} in one request")
    if any(len(part.encode()) > MAX_TEXT for part in items):
        raise Invalid(f"{field}: a value has at most {MAX_TEXT} bytes")
    return items
