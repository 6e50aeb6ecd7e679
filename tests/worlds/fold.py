"""One experiment's tables and clock, and the truth: which events are in, according to what was answered."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, to_datetime
from belvedere.ingest.body import EventBatch
from belvedere.ingest.event import Event, key_of
from belvedere.ingest.insert import Insert
from belvedere.ingest.receive import receive
from belvedere.ingest.stored import to_items
from belvedere.rollups.erase import Erase
from belvedere.rollups.recount import Recount
from belvedere.rollups.seal import Seal
from belvedere.rollups.slots import ZoneHistory
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable
from belvedere.time_ranges import TimeRange
from tests.proof.interception import Fault, Faults, Killed
from tests.proof.process import Process, Tally
from tests.proof.sent import Identity, Sent
from tests.proof.stream import Record, Stream

if TYPE_CHECKING:
    from tests.worlds.lab import Lab

NOW = 1_894_708_800_000  # 2030-01-15T12:00:00Z: nothing made then is past its life today
RETENTION_DAYS = 90


class FoldWorld:
    """Fresh tables, a clock that never stands still, and what was done."""

    def __init__(self, lab: Lab, names: dict[str, str], *, slices: int = 1) -> None:
        self.lab = lab
        self.names = names
        self.slices = slices
        self.client = lab.connect("dynamodb")
        arn = self.client.describe_table(TableName=names["EVENTS_TABLE"])["Table"]["LatestStreamArn"]
        self._stream = Stream(lab.connect("dynamodbstreams"), arn)
        self._ticks = itertools.count(NOW)
        self.truth: dict[Identity, Sent] = {}
        self.expired: list[Sent] = []
        self.records: list[Record] = []
        self.unreadable: set[Key] = set()
        self.refused: Callable[[Any], bool] = lambda event: False  # is this one that the tables never take?
        self.tally = Tally()
        self.zones: list[tuple[int, str]] = []

    def clock(self) -> int:
        """The present: a millisecond later at every look."""
        return next(self._ticks)

    def table(self, name: str, workspace: str, client: Any = None) -> WorkspaceTable:
        """One table as one workspace sees it; waiting takes no time."""
        return WorkspaceTable(client or self.client, self.names[name], workspace, sleep=lambda seconds: None)

    def set_zone(self, name: str) -> None:
        """Another zone for all workspaces, for events that are received from now on."""
        self.zones.append((self.clock(), name))

    def slot_of(self, event: Event) -> str:
        """How the layer takes hours apart."""
        return ZoneHistory(tuple((since, ZoneInfo(name)) for since, name in self.zones)).slot(event)

    def stored(self, event: Sent, workspace: str, received: int) -> Sent:
        """An event as it was received; with its quarter, where its minute is another one on the clocks of the zone."""
        zone = next((name for since, name in reversed(self.zones) if since <= received), "UTC")
        there = to_datetime(event.time).astimezone(ZoneInfo(zone))
        here = to_datetime(event.time)
        quarter = str(here.minute // 15) if there.minute != here.minute else ""
        return replace(event, workspace=workspace, received=received, quarter=quarter)

    def process(self) -> Process:
        """A fold of its own."""
        return Process(self)

    def news(self, *, told: bool = True) -> list[Record]:
        """What the stream tells since the last time; `told` when all of it is for the fold."""
        found = self._stream.read()
        self.records += found if told else []
        return found

    def send(self, workspace: str, events: Sequence[Sent]) -> list[str]:
        """Send events as one request; the result of each. What is accepted is true from now on."""
        received, results = self.request(workspace, events, self.client)
        sent = [self.stored(event, workspace, received) for event in events]
        self.truth |= {event.identity: event for event, how in zip(sent, results, strict=True) if how == "accepted"}
        return results

    def request(self, workspace: str, events: Sequence[Sent], client: Any) -> tuple[int, list[str]]:
        """When a request was received, and what it was told of each event."""
        received = self.clock()
        insert = Insert(self.table("EVENTS_TABLE", workspace, client), self.slices, RETENTION_DAYS)
        state = self.table("STATE_TABLE", workspace, client)
        outcome = receive(EventBatch([event.wire() for event in events]), insert, state, received)
        return received, [str(result["result"]) for result in outcome["results"]]

    def receipts(self) -> dict[Identity, int]:
        """When the stored copy of each event was received."""
        found = {}
        for item in self.scan("EVENTS_TABLE", ConsistentRead=True):
            body = json.loads(item["body"]["S"])
            identity = (item["pk"]["S"].split("#")[0], body["type"], body["time"], body["id"])
            found[identity] = int(item["received"]["N"])
        return found

    def overwrite(self, workspace: str, event: Sent) -> None:
        """Write an event over what is there, as the slower of two racing requests does."""
        late = self.stored(event, workspace, self.clock())
        items = to_items(
            [late.event().content], workspace=workspace, received=late.received, slices=self.slices,
            retention_days=RETENTION_DAYS,
        )  # fmt: skip
        self.table("EVENTS_TABLE", workspace).put_all(items)
        self.truth[late.identity] = late

    def remove(self, workspace: str, event: Sent, *, erased: bool = True) -> None:
        """Take one raw event away; when it only expired, its counts stay true."""
        gone = self.truth.pop(replace(event, workspace=workspace).identity)
        self.table("EVENTS_TABLE", workspace).delete_all([key_of(gone.event(), workspace, self.slices)])
        if not erased:
            self.expired.append(gone)

    def write_unreadable(self, item: dict[str, Any]) -> None:
        """Put something into Events that is no event."""
        self.client.put_item(TableName=self.names["EVENTS_TABLE"], Item=item)
        self.unreadable.add(Key(item["pk"]["S"], item["sk"]["S"]))

    def erase(self, workspace: str, user: str, fault: Fault | None = None) -> int:
        """Erase one user's raw events; how many there were. A fault that kills leaves the truth to what is stored."""
        client = self.lab.connect("dynamodb")
        mine = [self.table(f"{name}_TABLE", workspace, client) for name in ("EVENTS", "ROLLUPS", "STATE")]
        try:
            with Faults(client).striking(fault):
                return Erase(*mine, tuple(CATALOG.rollup_tables.values()), self.slices).run(user)
        except Killed:
            return 0
        finally:
            mine = [event for event in self.truth.values() if event.workspace == workspace and event.user == user]
            keys = {event.identity: key_of(event.event(), workspace, self.slices) for event in mine}
            stored = self.table("EVENTS_TABLE", workspace).batch_get(keys.values(), consistent=True, only="pk, sk")
            for identity in [identity for identity, key in keys.items() if key not in stored]:
                del self.truth[identity]

    def recount(self, workspace: str, fault: Fault | None = None) -> dict[str, int]:
        """One run of the recount, in a process of its own."""
        client = self.lab.connect("dynamodb")
        names = ("EVENTS_TABLE", "ROLLUPS_TABLE", "STATE_TABLE")
        events, rollups, state = (self.table(name, workspace, client) for name in names)
        with Faults(client).striking(fault):
            return Recount(
                events, rollups, state, dict(CATALOG.rollup_tables), self.slices, self.clock(), self.slot_of
            ).run()

    def seal(self, workspace: str) -> None:
        """Seal the last days, as the schedule does."""
        last = TimeRange(NOW - NOW % DAY_MS - 2 * DAY_MS, NOW - NOW % DAY_MS + DAY_MS)
        Seal(self.table("ROLLUPS_TABLE", workspace), tuple(CATALOG.rollup_tables.values())).run(last)

    def settle(self) -> None:
        """Run the recount of every workspace once, as the schedule does."""
        for workspace in sorted({event.workspace for event in self.everything()} | self._noted()):
            self.recount(workspace)

    def everything(self) -> Sequence[Sent]:
        """All events that count: those that are in, and those that were when they expired."""
        return [*self.truth.values(), *self.expired]

    def counted(self) -> Sequence[Sent]:
        """Those of them that are counted."""
        return [event for event in self.everything() if not self.refused(event)]

    def scan(self, name: str, **options: Any) -> Iterator[dict[str, Any]]:
        """Every item of a table, in DynamoDB's JSON."""
        for page in self.client.get_paginator("scan").paginate(TableName=self.names[name], **options):
            yield from page["Items"]

    def _noted(self) -> set[str]:
        parts = (item["pk"]["S"].partition("#") for item in self.scan("STATE_TABLE", ConsistentRead=True))
        return {workspace for workspace, _, kind in parts if kind == "recount"}
