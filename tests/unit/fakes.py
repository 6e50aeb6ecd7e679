"""A table in memory with the interface of `WorkspaceTable`, for tests that need no DynamoDB."""

from collections.abc import Iterable
from typing import Any

from belvedere.errors import DatabaseUnavailable
from belvedere.storage.attributes import Item, encode
from belvedere.storage.keys import Key


class FakeTable:
    """Items by key; `broken` makes every write fail."""

    def __init__(self, workspace: str = "demo", *, broken: bool = False) -> None:
        self.workspace = workspace
        self.items: dict[Key, Item] = {}
        self.broken = broken

    def batch_get(self, keys: Iterable[Key], **_: Any) -> dict[Key, Item]:
        return {key: self.items[key] for key in keys if key in self.items}

    def put_all(self, items: Iterable[Item]) -> None:
        written = list(items)
        if self.broken and written:
            raise DatabaseUnavailable("the tables are busy")
        self.items |= {Key(str(item["pk"]), str(item["sk"])): item for item in written}

    def pages(self, pk: str, *, forward: bool, limit: int, start: Any) -> Iterable[dict[str, Any]]:
        keys = sorted((key for key in self.items if key.pk == pk), reverse=not forward)
        left = [key for key in keys if not start or key.sk < start["sk"]["S"]]
        page = [{name: encode(value) for name, value in self.items[key].items()} for key in left[:limit]]
        yield {"Items": page} | ({"LastEvaluatedKey": page[-1]} if len(left) > limit else {})
