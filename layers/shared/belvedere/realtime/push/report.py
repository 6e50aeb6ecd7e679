"""The counts of one push, kept by all that take part in it."""

from dataclasses import dataclass


@dataclass
class PushReport:
    """What a run came to: rounds, frames that left, connections found closed, alerts; and is there more to do."""

    rounds: int = 0
    frames: int = 0
    gone: int = 0
    alerts: int = 0
    trouble: int = 0
    unfinished: bool = False
