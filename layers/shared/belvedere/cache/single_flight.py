"""Single flight: one computation at a time for each name in a process; all who wait for it share its result."""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, NamedTuple, TypeVar

from belvedere import deadline

Result = TypeVar("Result")


class Flight(NamedTuple):
    """A computation, and the deadline under which it was begun."""

    task: asyncio.Task[Any]
    ends: float


class SingleFlight:
    """What is being computed now. Event loops are kept apart: a thread cannot await another's task."""

    def __init__(self) -> None:
        self._running: dict[Hashable, Flight] = {}

    async def run(self, name: Hashable, start: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """The result of the computation under way, or of a new one; its failure is everybody's.

        Who goes away does not stop it for the others. What was begun by who had less time is not joined: it may end
        for want of time that there is now.
        """
        running_key, ends = (id(asyncio.get_running_loop()), name), deadline.ends()
        flight = self._running.get(running_key)
        if flight is None or flight.ends < ends:
            flight = self._running[running_key] = Flight(asyncio.create_task(start()), ends)
            flight.task.add_done_callback(functools.partial(self._landed, running_key))
        result: Result = await asyncio.shield(flight.task)
        return result

    def _landed(self, running_key: Hashable, task: asyncio.Task[Any]) -> None:
        if (flight := self._running.get(running_key)) and flight.task is task:
            del self._running[running_key]
        if not task.cancelled():
            task.exception()  # seen, where nobody waits for it any more
