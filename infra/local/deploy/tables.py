"""The tables of template.yaml without the rest of the stack, for tests and experiments."""

from typing import Any

from infra.local.deploy import templates

TABLE = "AWS::DynamoDB::Table"
CREATED_WITH = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")

Properties = dict[str, Any]


def definitions() -> dict[str, Properties]:
    """The template's tables by their environment names (`EVENTS_TABLE`)."""
    resources = templates.load()["Resources"]
    return {
        f"{logical_id.removesuffix('Table').upper()}_TABLE": resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == TABLE
    }


def create(dynamodb: Any, prefix: str) -> dict[str, str]:
    """Make every table under names of its own; environment name -> table name."""
    names = {}
    for variable, properties in definitions().items():
        names[variable] = f"{prefix}-{variable.lower()}"
        make(dynamodb, names[variable], properties)
    return names


def make(dynamodb: Any, name: str, properties: Properties) -> None:
    """Make one table of these properties."""
    dynamodb.create_table(TableName=name, **creation(properties))
    if ttl := properties.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)


def creation(properties: Properties) -> Properties:
    """The CreateTable request of a table resource."""
    request = {name: properties[name] for name in CREATED_WITH if name in properties}
    if stream := properties.get("StreamSpecification"):
        request["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return request


def drop(dynamodb: Any, names: dict[str, str]) -> None:
    """Delete what `create` made."""
    for name in names.values():
        dynamodb.delete_table(TableName=name)
