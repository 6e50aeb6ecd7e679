"""One computation at a time for each name in a process: whoever asks while it runs gets what it gives."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Flights:
    """What is being computed now. Event loops are kept apart: a thread cannot await another's task."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    async def run(self, name: Hashable, start: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """The result of the computation under way, or of a new one; its failure is everybody's.

        Who goes away does not stop it for the others.
        """
        place = (id(asyncio.get_running_loop()), name)
        task: asyncio.Task[Result] | None = self._running.get(place)
        if task is None:
            task = asyncio.create_task(start())
            self._running[place] = task
            task.add_done_callback(lambda _: self._running.pop(place, None))
        return await asyncio.shield(task)
