"""The entities that a workspace's Directory may hold: the engine's, and those that boards declare."""

import functools
import importlib
from collections.abc import Mapping

from belvedere.schema.catalog import catalog
from belvedere.storage.attributes import AttributeValue, Item
from belvedere.storage.entities.directory import OF_WORKSPACE
from belvedere.storage.entities.entity import Entity, checked


def directory_item(item: Item) -> dict[str, AttributeValue]:
    """An item of a workspace in DynamoDB's JSON, checked by the model of its key. Raises KeyError and ValueError."""
    return checked(entities()[str(item["pk"]).split("#")[1]], item)


@functools.cache
def entities() -> Mapping[str, type[Entity]]:
    """The models by the second word of their partition keys."""
    modules = (importlib.import_module(board.entities) for board in catalog().boards.values() if board.entities)
    return OF_WORKSPACE | {word: model for module in modules for word, model in module.ENTITIES.items()}
