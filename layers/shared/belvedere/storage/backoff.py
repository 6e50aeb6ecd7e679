"""How long to wait before something that met somebody else's writes is tried again."""

import random


def pause_s(first_s: float, attempt: int) -> float:
    """Seconds to wait after a failed attempt (0 for the first): twice as long each time, and up to half of it less, so
    that those who met once do not meet again.

    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """
    return first_s * 2.0**attempt * random.uniform(0.5, 1.0)
