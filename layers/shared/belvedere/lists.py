"""List parameters: repeated (`?id=a&id=b`), comma-joined (`?id=a,b`), or both."""

from collections.abc import Iterable

from belvedere.errors import Invalid

MAX_VALUES = 100
MAX_TEXT = 900  # bytes; no name has more, and the table refuses a key made of a much longer one


def values(given: Iterable[str] | None, field: str) -> tuple[str, ...]:
    """The distinct values in the order given. Raises Invalid for too many, and for too long ones."""
    return distinct((part.strip() for text in given or () for part in text.split(",")), field)


def distinct(given: Iterable[str], field: str) -> tuple[str, ...]:
    """The same of texts that were taken apart already; empty ones are none."""
    items = tuple(dict.fromkeys(text for text in given if text))
    if len(items) > MAX_VALUES:
        raise Invalid(f"{field}: {len(items)} values; at most {MAX_VALUES} in one request")
    if any(len(text.encode()) > MAX_TEXT for text in items):
        raise Invalid(f"{field}: a value has at most {MAX_TEXT} bytes")
    return items
