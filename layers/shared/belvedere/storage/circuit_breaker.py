"""Circuit breaker for best-effort table calls: time-out, fallback, 5 s open."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools.metrics import MetricUnit

from belvedere.errors import TenantViolation
from belvedere.observability import emit, logger
from belvedere.storage.threads import in_thread

TIMEOUT_S = 1.0
OPEN_S = 5.0

Result = TypeVar("Result")


class CircuitBreaker:
    """Runs the reads and writes of one table; what fails or takes too long gives the fallback."""

    def __init__(
        self,
        what: str,
        seconds: Callable[[], float] = time.monotonic,
        timeout_s: float | None = None,
        *,
        component: str = "cache",
    ):
        self.what = what
        self._component = component
        self._seconds = seconds
        self._timeout_s = TIMEOUT_S if timeout_s is None else timeout_s
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """True for a while after a failure, in which nothing is asked."""
        return self._seconds() < self._open_until

    async def run(self, call: Callable[[], Result], fallback: Result) -> Result:
        """The call's result, in a thread. Only a bug of ours, a foreign key, comes through as an error."""
        if self.is_open:
            return fallback
        try:
            async with asyncio.timeout(self._timeout_s):
                return await in_thread(call)
        except TenantViolation:
            raise
        except Exception as error:
            self._open_until = self._seconds() + OPEN_S
            kind = type(error).__name__
            logger().warning(f"the {self._component} does not answer", table=self.what, error=kind, detail=str(error))
            emit(f"{self._component}.{self.what}", {f"{self._component.capitalize()}Errors": (MetricUnit.Count, 1)})
            return fallback
