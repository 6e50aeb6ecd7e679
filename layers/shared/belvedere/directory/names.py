"""Which ids and names the Directory takes, as types for bodies and paths; a refusal says what is allowed.

An id is what events name. It is a part of a path and of a key, so it is short, on one line and without `/`.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from belvedere.storage.keys import escape

MAX_ID = 100
MAX_ID_BYTES = 200  # of its escaped form: with the longest user id it still fits a sort key of 1,024 bytes
MAX_USER = 200
MAX_NAME = 200
MAX_TEXT = 2_000
WORKSPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PATH_PARTS = (".", "..")


def checked_id(value: str) -> str:
    """An id that may be part of a path and of a key. Raises ValueError."""
    if _CONTROL.search(value) or "/" in value or value != value.strip() or value in _PATH_PARTS:
        raise ValueError("must be on one line, without '/', and must not begin or end with a space, nor be '.' or '..'")
    if len(escape(value).encode()) > MAX_ID_BYTES:
        raise ValueError(f"must have at most {MAX_ID_BYTES} bytes in UTF-8, '#' and '%' counted as three")
    return value


def is_user(value: object) -> bool:
    """Could somebody have this for an id? As events name their users."""
    return isinstance(value, str) and 1 <= len(value) <= MAX_USER and not _CONTROL.search(value)


def checked_line(value: str) -> str:
    """A text on one line, as events have it. Raises ValueError."""
    if _CONTROL.search(value):
        raise ValueError("must not contain control characters")
    return value


Id = Annotated[str, Field(min_length=1, max_length=MAX_ID), AfterValidator(checked_id)]
UserId = Annotated[str, Field(min_length=1, max_length=MAX_USER), AfterValidator(checked_line)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(checked_line)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
