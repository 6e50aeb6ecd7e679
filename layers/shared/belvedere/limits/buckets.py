"""Counts requests in the Cache table: one conditional update each, atomic however many come at once. Blocking.

An update can add but not choose, so there are four of them: in a new period or the present one, to a full bucket or
one in use. Which one fits is guessed from what this process saw last; the table refuses a wrong guess and shows what is
there. A refused request writes nothing, so it prolongs no wait; who was seen a moment ago to have to wait is told
without asking. Only for a moment, because another process may have given a token back meanwhile.
"""

from collections import OrderedDict
from typing import Any

from belvedere.clock import SECOND_MS
from belvedere.errors import DatabaseUnavailable
from belvedere.limits.bucket import BucketState, RateLimitDecision, bucket_full, decide, latest_full_at, new_period
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.storage.attributes import decode, encode
from belvedere.storage.keys import Key
from belvedere.storage.keys.cache import bucket_key
from belvedere.storage.table import WorkspaceTable

MOST_KNOWN = 2_000
ATTEMPTS = 20
BELIEVED_MS = 1 * SECOND_MS  # how long a wait is told from memory
_NAMES = {"#began": "began", "#count": "count", "#full": "full_at", "#expires": "expires"}


class Buckets:
    """The buckets of all callers that this process has seen lately."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Key, tuple[BucketState, int]] = OrderedDict()  # and when

    def take(self, table: WorkspaceTable, rule: RateLimitRule, who: str, now: int) -> RateLimitDecision:
        """Count a request, if it is allowed. Raises DatabaseUnavailable when the table contradicts itself for long."""
        key = bucket_key(table.workspace, rule.name, who)
        used, seen = self._seen.get(key, (None, now))
        for _ in range(ATTEMPTS):
            verdict = decide(rule, used, now)
            if not verdict.allowed and now - seen < BELIEVED_MS:
                return verdict
            fitted, item = _write(table, key, _update(rule, used, now))
            if item is not None:
                self._remember(key, item, now)
            if fitted and item is not None:
                return _told(rule, item)
            used, seen = item, now
        raise DatabaseUnavailable("the limiter's table is busy")

    def give_back(
        self, table: WorkspaceTable, rule: RateLimitRule, who: str, taken: int, now: int
    ) -> RateLimitDecision | None:
        """Undo the counting of a request that passed at `taken`; what holds then. None where there is nothing to undo:
        another period has begun, or the token has come back by itself."""
        if now - taken >= rule.step_ms:
            return None
        key = bucket_key(table.workspace, rule.name, who)
        fitted, item = _write(table, key, _undoing(rule, taken, now))
        if item is not None:
            self._remember(key, item, now)
        return _told(rule, item) if fitted and item is not None else None

    def _remember(self, key: Key, used: BucketState, now: int) -> None:
        self._seen[key] = used, now
        self._seen.move_to_end(key)
        while len(self._seen) > MOST_KNOWN:
            self._seen.popitem(last=False)


def _told(rule: RateLimitRule, used: BucketState) -> RateLimitDecision:
    return RateLimitDecision(True, rule.limit - used.count, used.began + rule.period_ms)


def _undoing(rule: RateLimitRule, taken: int, now: int) -> dict[str, Any]:
    """The update that takes one request out again; additions, so it does not matter who else asks meanwhile."""
    names = ("#began", "#count", "#full")
    values = {":less": -1, ":step": -rule.step_ms, ":none": 0, ":taken": taken, ":now": now}
    return {
        "UpdateExpression": "ADD #count :less, #full :step",
        "ConditionExpression": "#began <= :taken AND #count > :none AND #full > :now",
        "ExpressionAttributeNames": {name: _NAMES[name] for name in names},
        "ExpressionAttributeValues": {name: encode(value) for name, value in values.items()},
    }


def _update(rule: RateLimitRule, used: BucketState | None, now: int) -> dict[str, Any]:
    """The update that fits to what was seen, and holds only where that is so."""
    sets, adds, conditions = ["#expires = :expires"], [], []
    values = {":expires": (now + 2 * rule.period_ms) // SECOND_MS + 1, ":now": now, ":one": 1}
    values[":ended"] = now - rule.period_ms
    if new_period(rule, used, now):
        sets += ["#began = :now", "#count = :one"]
        conditions.append("(attribute_not_exists(#began) OR #began <= :ended)")
    else:
        values[":limit"] = rule.limit
        adds.append("#count :one")
        conditions += ["#began > :ended", "#count < :limit"]
    if bucket_full(used, now):
        values[":next"] = now + rule.step_ms
        sets.append("#full = :next")
        conditions.append("(attribute_not_exists(#full) OR #full <= :now)")
    else:
        values |= {":step": rule.step_ms, ":latest": latest_full_at(rule, now)}
        adds.append("#full :step")
        conditions += ["#full > :now", "#full <= :latest"]
    return {
        "UpdateExpression": f"SET {', '.join(sets)}" + (f" ADD {', '.join(adds)}" if adds else ""),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": _NAMES,
        "ExpressionAttributeValues": {name: encode(value) for name, value in values.items()},
    }


def _write(table: WorkspaceTable, key: Key, update: dict[str, Any]) -> tuple[bool, BucketState | None]:
    """(whether the update was done, what is there now)."""
    options = {"ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    try:
        answer = table.client.update_item(TableName=table.name, Key=table.key(key), **update, **options)
    except table.client.exceptions.ConditionalCheckFailedException as refused:
        return False, _used(refused.response.get("Item"))
    return True, _used(answer["Attributes"])


def _used(item: dict[str, Any] | None) -> BucketState | None:
    if not item:
        return None
    return BucketState(*(int(decode(item[name])) for name in ("began", "count", "full_at")))
