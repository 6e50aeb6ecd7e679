"""Where a reader stands in a workspace's log: `<birth>.<seq>`, or within a stretch of it `<birth>.<seq>.<upto>.<part>`.

A push tells a stretch of changes in one or more messages. Each message carries the cursor that asks for what follows
it, so a reader cut off between two messages of a stretch gets the second, and not the first again.
"""

import re
from dataclasses import dataclass

from belvedere.errors import Invalid

_FORM = re.compile(r"([0-9a-f]{8})\.(\d{1,15})(?:\.(\d{1,15})\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `seq` was received; of the stretch (`seq`, `upto`], its first `part` messages as well.

    `birth` names the log: numbers of a log that was lost and begun again mean nothing.
    """

    birth: str
    seq: int
    upto: int = 0
    part: int = 0

    def __str__(self) -> str:
        whole = f"{self.birth}.{self.seq}"
        return f"{whole}.{self.upto}.{self.part}" if self.part else whole


def parse(text: str, field: str = "cursor") -> Cursor:
    """The inverse of `str`. Raises Invalid on what no message carried."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise Invalid(f"{field}: give back the cursor of the last message, unchanged")
    birth, seq, upto, part = found.groups(default="0")
    cursor = Cursor(birth, int(seq), int(upto), int(part))
    if cursor.part and cursor.upto <= cursor.seq:
        raise Invalid(f"{field}: give back the cursor of the last message, unchanged")
    return cursor
