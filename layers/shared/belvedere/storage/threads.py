"""Keeps blocking I/O off the event loop."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

PARALLEL = 16

Result = TypeVar("Result")


@functools.cache
def pool() -> ThreadPoolExecutor:
    """The process's reading threads, made at first use."""
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="read")


async def in_thread(call: Callable[[], Result]) -> Result:
    """Run blocking I/O beside the event loop, with the present context (and so the present meter)."""
    return await asyncio.get_running_loop().run_in_executor(pool(), copy_context().run, call)
