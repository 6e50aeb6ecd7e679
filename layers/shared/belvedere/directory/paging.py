"""A page of a partition, and the cursor that asks for the next one."""

from collections.abc import Callable
from itertools import islice
from typing import Annotated

from pydantic import Field

from belvedere.storage.attributes import Item, decode_item, encode
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable

MAX_PAGE = 1_000
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE)]


def page(
    table: WorkspaceTable, pk: str, *, limit: int, after: Key | None, low: str = "", high: str = "",
    shown: Callable[[Item], bool] = bool,
) -> tuple[list[Item], bool]:  # fmt: skip
    """At most `limit` items that are to be shown, in key order, from behind `after`; and whether more follow."""
    start = {"pk": encode(table.own(after.pk)), "sk": encode(after.sk)} if after else None
    pages = table.pages(pk, low, high, consistent=True, limit=limit + 1, start=start)
    items = (item for page in pages for item in map(decode_item, page["Items"]) if shown(item))
    taken = list(islice(items, limit + 1))
    return taken[:limit], len(taken) > limit
