"""Takes requests of generous limits from the table by the lot, so that many requests share one write.

A process takes a lot for a caller and lets that many requests pass without asking. A lot is good until its period ends;
what is left of it then, or when the process ends, nobody else can use. So a caller who is spread over many processes
may be refused a few lots early, and never passes more often than the limit says.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from belvedere.limits.bucket import RateLimitDecision
from belvedere.limits.buckets import MOST_KNOWN, Buckets
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.storage.table import WorkspaceTable

Name = tuple[str, str, str]


@dataclass(slots=True)
class Lot:
    """Requests that may still pass, and what the table said of the lot."""

    left: int
    verdict: RateLimitDecision


class Lots:
    """The lots of all callers that this process has seen lately."""

    def __init__(self) -> None:
        self._buckets = Buckets()
        self._held: OrderedDict[Name, Lot] = OrderedDict()
        self._lock = Lock()

    def spend(self, rule: RateLimitRule, workspace: str, who: str, now: int) -> RateLimitDecision | None:
        """Let a request pass by a lot at hand; None where there is none."""
        with self._lock:
            lot = self._at_hand((workspace, rule.name, who), now)
            if lot is None:
                return None
            lot.left -= 1
            return _verdict(rule, lot)

    def take(self, table: WorkspaceTable, rule: RateLimitRule, who: str, now: int) -> RateLimitDecision:
        """Count a request, if it is allowed, with the lot that it takes. Raises DatabaseUnavailable. Blocking."""
        verdict = self._buckets.take(table, rule.by_lots, who, now)
        if rule.lot == 1 or not verdict.allowed:
            return verdict
        name = (table.workspace, rule.name, who)
        with self._lock:
            held = self._at_hand(name, now)
            lot = Lot((held.left if held else 0) + rule.lot - 1, verdict)
            self._held[name] = lot
            self._held.move_to_end(name)
            while len(self._held) > MOST_KNOWN:
                self._held.popitem(last=False)
            return _verdict(rule, lot)

    def give_back(
        self, table: WorkspaceTable, rule: RateLimitRule, who: str, taken: int, now: int
    ) -> RateLimitDecision | None:
        """Undo the counting of a request that passed at `taken`; what holds then. None where there is nothing to undo.
        Blocking where the request was no part of a lot."""
        if rule.lot == 1:
            return self._buckets.give_back(table, rule, who, taken, now)
        with self._lock:
            lot = self._held.get((table.workspace, rule.name, who))
            if lot is None or now >= lot.verdict.reset_at:
                return None
            lot.left += 1
            return _verdict(rule, lot)

    def _at_hand(self, name: Name, now: int) -> Lot | None:
        lot = self._held.get(name)
        return lot if lot and lot.left > 0 and now < lot.verdict.reset_at else None


def _verdict(rule: RateLimitRule, lot: Lot) -> RateLimitDecision:
    return replace(lot.verdict, remaining=lot.verdict.remaining * rule.lot + lot.left)
