"""From stored events to a finished file, ours and as one would do it in a notebook."""

import asyncio
import io
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import orjson

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, iso_ms
from belvedere.export.sources.data_type import Selection, SourceContext
from belvedere.export.sources.registry import data_type
from belvedere.export.writers.formats import writer_for
from belvedere.ingest.event import Event
from belvedere.ingest.stored import to_items
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.storage.keys.events import event_partition
from bench import data
from bench.stores import Store

WORKSPACE, SLICES, RETENTION_DAYS = "bench", 1, 365
MOMENTS = ("time", "received")


def fill(store: Store, size: int) -> None:
    """Store events, and the rows of days that say when there are some."""
    events = [data.event(row, f"event-{number}", WORKSPACE) for number, row in enumerate(data.rows(size))]
    contents = [event.content for event in events]
    tables = store.tables(WORKSPACE)
    items = to_items(contents, workspace=WORKSPACE, received=data.END, slices=SLICES, retention_days=RETENTION_DAYS)
    tables.events.put_all(items)
    tables.rollups.put_all(_counted(events))


def _counted(events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    deltas, counting = Deltas(), CATALOG.rollup_tables_of(data.TYPE)[:1]
    for event in events:
        deltas.merge(contribution(event, counting))
    return ({"pk": key.pk, "sk": key.sk, "rev": 1} | dict(counts) for key, counts in deltas.counters.items())


def ours(store: Store, form: str) -> int:
    """The events as a file, by a source and a writer; how many."""
    selection = Selection(start=data.START, end=data.END)
    context = SourceContext(tables=store.tables(WORKSPACE), slices=SLICES, now=data.LATE)
    source, writer = data_type(data.TYPE).source(selection, context), writer_for(form)
    writer.open(io.BytesIO(), source.columns)
    for export_part in asyncio.run(source.plan()):
        writer.write(asyncio.run(source.read(export_part)).rows)
    writer.close()
    return writer.rows


def peer(store: Store, form: str) -> int:
    """The same by boto3 and pandas, for Parquet by pyarrow; all in memory."""
    import pandas
    import pyarrow
    from pyarrow import parquet

    read = list(_read(store))
    if form == "parquet":
        parquet.write_table(pyarrow.Table.from_pylist(read), io.BytesIO(), compression="zstd")
    else:
        frame = pandas.DataFrame.from_records(read)
        for name in MOMENTS:
            frame[name] = pandas.to_datetime(frame[name], unit="ms", utc=True)
        frame.to_csv(io.BytesIO(), index=False)
    return len(read)


def _read(store: Store) -> Iterator[dict[str, Any]]:
    client = boto3.client("dynamodb", endpoint_url=store.client.meta.endpoint_url, region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")  # fmt: skip
    pages = client.get_paginator("query")
    for day in range(data.START, data.END, DAY_MS):
        partition = event_partition(WORKSPACE, data.TYPE, iso_ms(day)[:10], 0)
        for page in pages.paginate(TableName=store.names.events_table, KeyConditionExpression="pk = :pk",
                                   ExpressionAttributeValues={":pk": {"S": partition}}):  # fmt: skip
            yield from map(_flat, page["Items"])


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    content = orjson.loads(item["body"]["S"])
    return {**content.pop("properties"), **content, "received": int(item["received"]["N"])}
