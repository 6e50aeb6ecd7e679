"""Lines that say what is being done and how long it took."""

import contextlib
import time
from collections.abc import Iterator

WIDTH = 46


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Print what begins, and its time when it is done."""
    started = time.monotonic()
    print(f"  {title:<{WIDTH}}", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:5.1f} s", flush=True)
