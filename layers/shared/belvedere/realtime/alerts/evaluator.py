"""Watches what changes: evaluates a board's rules for everybody a change is about, and logs what fires, once.

An alert is an entry of the log, written together with what its rule remembers; so it is told like any change, and
replayed, and two watchers cannot both raise it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from belvedere.clock import DAY_MS, SECOND_MS, iso
from belvedere.errors import DatabaseUnavailable
from belvedere.realtime.alerts.rules import AlertRule, Judgement, MetricReading, RuleState, judge
from belvedere.realtime.changelog.log import LogEntry, append, read_head
from belvedere.realtime.changelog.notices import CHANGES
from belvedere.realtime.channel import Moment
from belvedere.rollups.checkpoint import Action
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys.realtime import alert_key
from belvedere.storage.threads import in_thread

ALERT = "alert"
KEPT_MS = 30 * DAY_MS
ATTEMPTS = 8
FIRST_PAUSE_S = 0.02
AT_ONCE = 8

Readings = Mapping[str, MetricReading | None]
Read = Callable[[Moment, str, Sequence[AlertRule]], Awaitable[Readings]]
Describe = Callable[[AlertRule, MetricReading, str], str]


@dataclass(frozen=True, kw_only=True)
class AlertSource:
    """What a board declares to be watched: its event types, the metrics a rule may name, its own rules.

    `read` gives, for a user, each rule's reading by rule id; `describe` an alert's sentence.
    """

    board: str
    event_types: tuple[str, ...]
    metrics: tuple[str, ...]
    rules: tuple[AlertRule, ...]
    read: Read
    describe: Describe


@dataclass(frozen=True)
class AlertEvaluator:
    """Evaluates one board's rules in one workspace."""

    source: AlertSource
    rules: Sequence[AlertRule]
    moment: Moment
    sleep: Callable[[float], None] = time.sleep

    async def evaluate(self, entries: Iterable[LogEntry]) -> int:
        """Evaluate the rules for everybody some entries are about; how many alerts were raised."""
        users = sorted({user for entry in entries for user in self._about(entry)})
        if not self.rules or not users:
            return 0
        room = asyncio.Semaphore(AT_ONCE)

        async def evaluate_user(user: str) -> int:
            async with room:
                return await self._user(user)

        return sum(await asyncio.gather(*map(evaluate_user, users)))

    def _about(self, entry: LogEntry) -> Iterable[str]:
        if entry.kind == CHANGES:
            for notice in entry.body["events"]:
                if notice["type"] in self.source.event_types and "user" in notice:
                    yield notice["user"]

    async def _user(self, user: str) -> int:
        readings = await self.source.read(self.moment, user, self.rules)
        raised = [await in_thread(partial(self._judge, rule, user, readings.get(rule.rule_id))) for rule in self.rules]
        return sum(raised)

    def _judge(self, rule: AlertRule, user: str, reading: MetricReading | None) -> bool:
        """Judge one rule for one user, and write down what came of it; another watcher's judgement stands."""
        if reading is None:
            return False
        state = self.moment.tables.state
        key = alert_key(state.workspace, f"{self.source.board}.{rule.rule_id}", user, reading.about)
        row = state.get(key, consistent=True)
        past = msgspec.convert(row, RuleState) if row else RuleState()
        judgement = judge(rule, reading, past, self.moment.now)
        if judgement.past == past:
            return False
        remembered = self._remembered({"pk": state.own(key.pk), "sk": key.sk}, row, judgement)
        alert = self._alert(rule, user, reading) if judgement.fires else None
        return self._write(remembered, alert) and judgement.fires

    def _remembered(self, key: Item, row: Item | None, judgement: Judgement) -> Action:
        revision = int((row or {}).get("rev", 0))
        ends = (self.moment.now + KEPT_MS) // SECOND_MS
        item = key | msgspec.to_builtins(judgement.past) | {"rev": revision + 1, "expires": ends}
        put: Action = {"TableName": self.moment.tables.state.name, "Item": encode_item(item),
                       "ConditionExpression": "attribute_not_exists(pk)"}  # fmt: skip
        if row:
            put |= {"ConditionExpression": "rev = :rev", "ExpressionAttributeValues": {":rev": encode(revision)}}
        return {"Put": put}

    def _write(self, remembered: Action, alert: dict[str, Any] | None) -> bool:
        """The memory, and with it the log's entry where there is one. False when another watcher was first.

        Raises DatabaseUnavailable when others write to the log all the time: it is then judged again.
        """
        state = self.moment.tables.state
        for number in range(ATTEMPTS):
            entry = append(state, read_head(state), ALERT, alert, self.moment.now) if alert else []
            try:
                state.client.transact_write_items(TransactItems=[remembered, *entry])
                return True
            except ClientError as error:
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                if not reasons:
                    raise
                if reasons[0] == "ConditionalCheckFailed":
                    return False
            self.sleep(pause_s(FIRST_PAUSE_S, number))
        raise DatabaseUnavailable("the log is busy")

    def _alert(self, rule: AlertRule, user: str, reading: MetricReading) -> dict[str, Any]:
        """The entry: the documented alert, and whom it is about."""
        alert = {
            "severity": rule.severity,
            "title": rule.title,
            "message": self.source.describe(rule, reading, user),
            "timestamp": iso(self.moment.now),
            "entity_id": user,
            "rule_id": rule.rule_id,
            "metric": rule.metric,
            "value": reading.value,
            "threshold": rule.threshold,
        }
        return {"board": self.source.board, "user": user, "alert": alert}
