"""Single flight: one computation at a time for each name in a process; all who wait for it share its result."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")


class SingleFlight:
    """What is being computed now. Event loops are kept apart: a thread cannot await another's task."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    async def run(self, name: Hashable, start: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """The result of the computation under way, or of a new one; its failure is everybody's.

        Who goes away does not stop it for the others.
        """
        running_key = (id(asyncio.get_running_loop()), name)
        task: asyncio.Task[Result] | None = self._running.get(running_key)
        if task is None:
            task = asyncio.create_task(start())
            self._running[running_key] = task
            task.add_done_callback(lambda _: self._running.pop(running_key, None))
        return await asyncio.shield(task)
