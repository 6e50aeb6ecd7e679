"""Day pages: all rows of one partition and one UTC day in one binary item, so that seven days are seven items.

A page is never trusted by itself. It names the revision of its day, which every fold that touches the day moves in the
transaction that adds its numbers; a page whose revision is not the day's present one is not used. So a page equals
its rows, or it is as if it were not there.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from belvedere.boards.base import Family, Grain
from belvedere.rollups.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key

ROWS = "rows"
COUNTS = "counts"  # of a distinct partition: how many members per row, without the members
MAX_PAGE = 380 * 1024
NOT_PACKED = frozenset({"pk", "rev", "listing", "expires", "stale"})


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder()


def paged_grains(family: Family) -> tuple[Grain, ...]:
    """The grains worth a page: hours, and days of which a day has several rows."""
    return tuple(grain for grain in family.grains if grain is Grain.HOUR or (grain is Grain.DAY and family.dimensions))


def page_key(partition: str, form: str, day: str) -> Key:
    """Where the page of a partition's day is kept."""
    return Key(f"{partition}+{form}", day)


def pack(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as one page's bytes; zeros and what belongs to the row's own item are left out."""
    kept = [{name: value for name, value in row.items() if name not in NOT_PACKED and value != 0} for row in rows]
    return zlib.compress(_encoder.encode(kept), 6)


def unpack(page: bytes) -> list[Item]:
    """The rows of a page, in sort-key order. Raises ValueError on anything else."""
    rows: list[Item] = _decoder.decode(zlib.decompress(page))
    return rows


def counted(rows: Iterable[Item]) -> list[Item]:
    """Distinct rows with their count in place of their sketch; negative where it is an estimate."""
    found: list[Item] = []
    for row in rows:
        sketch = row.get("sketch")
        if isinstance(sketch, bytes):
            members = Distinct.from_bytes(sketch)
            found.append({"sk": row["sk"], "members": members.count() if members.exact else -members.count()})
    return found
