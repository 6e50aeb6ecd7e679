"""The cursor of an answer's next page: how many rows came before it."""

import base64

from belvedere.errors import Invalid

MAX_OFFSET = 1_000_000


def cursor_at(offset: int) -> str:
    """The cursor that asks for what comes after the first `offset` rows."""
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> int:
    """The offset of a cursor. Raises Invalid on one that no answer gave."""
    if cursor is None:
        return 0
    try:
        offset = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
        if not 0 <= offset <= MAX_OFFSET:
            raise ValueError("out of range")
    except ValueError as error:
        raise Invalid("cursor: give back the cursor of the last answer, unchanged") from error
    return offset
