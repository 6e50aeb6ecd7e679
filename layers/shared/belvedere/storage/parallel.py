"""Makes blocking calls side by side, a bounded number at once."""

import functools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar, copy_context
from typing import TypeVar

PARALLEL = 8

_inside: ContextVar[bool] = ContextVar("inside", default=False)  # of one of the calls

Argument = TypeVar("Argument")
Result = TypeVar("Result")


@functools.cache
def pool() -> ThreadPoolExecutor:
    """The process's threads for batches, made at first use."""
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="batch")


def side_by_side(call: Callable[[Argument], Result], arguments: Iterable[Argument]) -> list[Result]:
    """The result for each argument, in order, with the present context (and so the present meter) in every thread.

    When some fail, the first failure is raised, after all have ended. Inside of a call it is one after another: threads
    that wait for others of the same few could wait for ever.
    """
    arguments = list(arguments)
    if len(arguments) < 2 or _inside.get():
        return [call(argument) for argument in arguments]
    futures = [pool().submit(copy_context().run, _called, call, argument) for argument in arguments]
    wait(futures)
    return [future.result() for future in futures]


def _called(call: Callable[[Argument], Result], argument: Argument) -> Result:
    _inside.set(True)
    return call(argument)
