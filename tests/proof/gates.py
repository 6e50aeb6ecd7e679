"""Faults that only make a process wait: before one of its calls, or for others after their first."""

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.proof.interception import Call, Fault, Killed


@dataclass
class Gate(Fault):
    """The process stands still before call `at` until somebody opens the gate."""

    at: int
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    reached_in_time: bool = False

    def before(self, call: Call) -> None:
        """Wait here."""
        if call.number >= self.at:
            self.reached.set()
            if not self.opened.wait(300):
                raise Killed


@dataclass
class StandThenDie(Gate):
    """Stands still before call `at`; once let go, lives for a few calls more, and dies."""

    calls_left: int = 0
    struck: bool = False

    def before(self, call: Call) -> None:
        """Wait, go on, die."""
        super().before(call)
        if call.number >= self.at + self.calls_left:
            self.struck = True
            raise Killed


@dataclass
class Meet(Fault):
    """Several processes wait for each other after their first call of one operation."""

    operation: str
    barrier: threading.Barrier
    met: bool = False

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Go on only when all are here."""
        if call.operation == self.operation and not self.met:
            self.met = True
            self.barrier.wait(300)
