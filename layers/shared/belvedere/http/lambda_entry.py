"""What Lambda calls: makes ready at a warm-up, hands on a request, and lets no failure out without the envelope."""

import asyncio
import logging
from typing import Any

from mangum import Mangum

from belvedere.http.cors import Preflights
from belvedere.http.last_resort import Guard, last_resort
from belvedere.http.paths import with_path_as_meant
from belvedere.observability import is_warm_up
from belvedere.warm_up import warm_up

logging.getLogger("mangum").setLevel(logging.WARNING)  # the pipeline writes the one line of a request


class LambdaEntry:
    """The Lambda handler in front of an application."""

    def __init__(self, function: str, app: Guard, *, checks_tokens: bool) -> None:
        self._function = function
        self._checks_tokens = checks_tokens
        self._mangum = Mangum(Preflights(app), lifespan="off")

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        if is_warm_up(event):
            return warm_up(self._function, checks_tokens=self._checks_tokens)
        try:
            _ensure_event_loop()
            return self._mangum(with_path_as_meant(event), context)
        except Exception:
            return last_resort(self._function, event)


def _ensure_event_loop() -> None:
    """Threads other than the main one have no loop until they are given one."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
