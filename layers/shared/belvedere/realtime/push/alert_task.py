"""Evaluates alert rules on new log entries in a task beside a push, whose cycles do not wait for it.

Rules that fail are logged, and rest until the next push.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from belvedere.observability import logger
from belvedere.realtime.changelog.log import MOST_READ, Head, LogEntry, entries
from belvedere.realtime.push.progress import WATCHED, Positions, PushReport
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

SETTLE_S = 0.2  # for rules that may be about to end
LAST_LOOK_S = 10.0  # for rules that are still at work at the end of a push


@dataclass
class AlertTask:
    """The rules at work on one stretch of the log at a time, in a task beside the push."""

    state: WorkspaceTable
    watch: Callable[[Sequence[LogEntry]], Awaitable[int]]
    report: PushReport
    _looking: "asyncio.Task[int | None] | None" = None
    _blind: bool = False  # they failed

    def look(self, positions: Positions, head: Head) -> Positions:
        """Note what the rules have seen, and let them look at what is new to them."""
        if self._looking is not None and self._looking.done():
            seen, self._looking = self._looking.result(), None
            positions = positions if seen is None else positions.seen(seen)
        since = positions.pushed.get(WATCHED, 0)
        if self._looking is None and since < head.seq and not self._blind:
            self._looking = asyncio.create_task(self._seen(since, min(head.seq, since + MOST_READ)))
        return positions

    async def nap(self, seconds: float) -> bool:
        """Wait; no longer than until the rules have seen what they look at, and True if that is why it ended."""
        if self._looking is None:
            await asyncio.sleep(seconds)
            return False
        return bool((await asyncio.wait({self._looking}, timeout=seconds))[0])

    async def all_seen(self, seq: int) -> bool:
        """Have the rules seen the log up to here, or do so within a moment?"""
        if self._looking is None:
            return True
        await asyncio.wait({self._looking}, timeout=SETTLE_S)
        return self._looking.done() and (self._looking.result() or 0) >= seq

    async def last_look(self, positions: Positions) -> Positions:
        """The positions after what the rules are at; what they do not end in time is looked at again."""
        if self._looking is None:
            return positions
        looking, self._looking = self._looking, None
        seen = None
        with suppress(TimeoutError):
            seen = await asyncio.wait_for(looking, LAST_LOOK_S)
        return positions if seen is None else positions.seen(seen)

    async def _seen(self, since: int, upto: int) -> int | None:
        """Let the rules see some entries; how far they have seen, None when they failed."""
        try:
            news = await in_thread(lambda: list(entries(self.state, since, upto)))
            self.report.alerts += await self.watch(news)
        except Exception:
            logger().exception("alert rules failed", workspace=self.state.workspace)
            self.report.trouble += 1
            self._blind = True
            return None
        return upto
