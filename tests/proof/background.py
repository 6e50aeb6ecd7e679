"""A delivery in a thread of its own, so that another can overtake it."""

import threading

from tests.proof.deliveries import TROUBLE, Batch
from tests.proof.gates import Gate
from tests.proof.interception import Fault
from tests.proof.process import Process


class InBackground:
    """A delivery in a thread of its own; `failed` once it is over and raised."""

    def __init__(self, process: Process, batch: Batch, fault: Fault) -> None:
        self.failed = False
        self._work = (process, batch, fault)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stands(self, gate: Gate) -> None:
        """Wait until it stands before the gate, or is done without ever reaching it."""
        while not gate.reached.wait(0.002) and self._thread.is_alive():
            pass
        gate.reached_in_time = gate.reached.is_set()

    def finish(self, gate: Gate | None = None) -> None:
        """Let it go, and wait until it is over."""
        if gate:
            gate.opened.set()
        self._thread.join(300)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        process, batch, fault = self._work
        try:
            process.deliver(batch, fault)
        except TROUBLE:
            self.failed = True
            process.world.tally.failures += 1
