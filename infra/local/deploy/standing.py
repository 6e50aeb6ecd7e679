"""Whether what a stack says it consists of is really there, and tables put back where they are not."""

from collections.abc import Iterator
from typing import Any

from belvedere_cli.deployment import Outputs
from infra.local.clients import client
from infra.local.deploy import tables
from infra.local.settings import LocalSettings


def missing_tables(settings: LocalSettings, known: Outputs) -> list[str]:
    """The tables, by their short names, that are gone."""
    names = _all(client("dynamodb", settings), "list_tables", "TableNames")
    there = set(names)
    return sorted(short for short, name in known.tables.items() if name not in there)


def missing_functions(settings: LocalSettings, known: Outputs) -> list[str]:
    """The functions, by their handlers, that are gone."""
    there = {function["FunctionName"] for function in _all(client("lambda", settings), "list_functions", "Functions")}
    return sorted(handler for handler, name in known.functions.items() if name not in there)


def _all(service: Any, operation: str, field: str) -> Iterator[Any]:
    for page in service.get_paginator(operation).paginate():
        yield from page[field]


def make_tables(settings: LocalSettings, known: Outputs, missing: list[str]) -> None:
    """Make these tables again, empty, and let the fold read the stream of a new Events table."""
    dynamodb = client("dynamodb", settings)
    definitions = tables.definitions()
    for short in missing:
        properties = definitions[f"{short.upper()}_TABLE"]
        tables.make(dynamodb, known.tables[short], properties)
        if "StreamSpecification" in properties:
            _follow(dynamodb, client("lambda", settings), known.tables[short])


def _follow(dynamodb: Any, lambda_: Any, table: str) -> None:
    """Have each mapping of the table's old stream read the new one."""
    stream = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    for old in _all(lambda_, "list_event_source_mappings", "EventSourceMappings"):
        if f":table/{table}/stream/" in old["EventSourceArn"] and old["EventSourceArn"] != stream:
            lambda_.delete_event_source_mapping(UUID=old["UUID"])
            lambda_.create_event_source_mapping(**_settings(old) | {"EventSourceArn": stream})


def _settings(mapping: dict[str, Any]) -> dict[str, Any]:
    """What a mapping was created with."""
    names = (
        "BatchSize", "MaximumBatchingWindowInSeconds", "ParallelizationFactor", "StartingPosition", "DestinationConfig",
        "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "BisectBatchOnFunctionError", "FunctionResponseTypes",
        "FilterCriteria",
    )  # fmt: skip
    properties = {name: mapping[name] for name in names if mapping.get(name) is not None}
    return properties | {"FunctionName": mapping["FunctionArn"]}
