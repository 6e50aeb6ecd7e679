"""What all entities have in common: their key."""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from belvedere.storage.attributes import AttributeValue, Item


class Entity(Model):
    """An item by its key. Keys are made by `storage.keys`; the table's name is the request's, not the model's."""

    class Meta:
        table_name = "named by the settings"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    def item(self) -> Item:
        """The attributes it has, as plain values."""
        return {name: value for name, value in self.attribute_values.items() if value is not None}


def checked(model: type[Entity], item: Item) -> dict[str, AttributeValue]:
    """An item in DynamoDB's JSON. Raises ValueError for an attribute that its model lacks, or that it lacks."""
    attributes: dict[str, Any] = dict(item)
    return model(**attributes).serialize()


def read(model: type[Any], item: Mapping[str, AttributeValue]) -> Any:
    """The record of an item in DynamoDB's JSON; attributes that the model does not know are left out."""
    return model.from_raw_data(dict(item))
