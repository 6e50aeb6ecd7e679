"""What the item of a listed event has beside the event: the keys of its indexes, and the row that a listing shows.

The row is small whatever else the event holds, so a page of a listing is read from an index, without the items.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from belvedere.ingest.event import EventContent
from belvedere.schema.board import Listing
from belvedere.schema.catalog import catalog
from belvedere.sketches.histogram import bin_of
from belvedere.storage.attributes import Item
from belvedere.storage.keys.events import listed_partition, order_partition, order_sort

ROW = "row"
ALL_BITS, SIGN = (1 << 64) - 1, 1 << 63

_encoder = msgspec.json.Encoder(order="deterministic")


def listings(types: Iterable[str]) -> Mapping[str, Listing]:
    """Those of some event types that are listed, and how."""
    known = catalog().event_types
    listed = {name: known[name].listed for name in {*types} if name in known}
    return {name: listing for name, listing in listed.items() if listing}


def listed_attributes(content: EventContent, listing: Listing, workspace: str, sk: str) -> Item:
    """The further attributes of a listed event's item, whose sort key is `sk`."""
    own, group = content.properties, content.properties.get(listing.group)
    shown = {name: own[name] for name in listing.shows if own.get(name) is not None}
    row: dict[str, Any] = {"user": content.user, **shown} if content.user else shown
    item: Item = {ROW: _encoder.encode(row).decode()}
    item["by_group"] = listed_partition(workspace, content.type, content.id if group is None else str(group))
    if content.user:
        item["by_user"] = listed_partition(workspace, content.type, content.user)
    for number, field in enumerate(listing.orders, 1):
        if (value := own.get(field)) is not None:
            item[f"order{number}"] = order_partition(workspace, content.type, field, bin_of(value))
            item[f"order{number}_at"] = order_sort(sortable(value), sk)
    return item


def sortable(value: float) -> str:
    """A number as 16 hexadecimal digits whose order as text is that of the numbers.

    The bits of a binary64 (IEEE 754) order like the number once the sign is turned, and all bits of negative ones.
    Both zeros are one number, so they are one text.
    """
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))
    return f"{bits ^ (ALL_BITS if bits & SIGN else SIGN):016x}"
