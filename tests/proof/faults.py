"""Faults that strike the calls of one DynamoDB client: before a call, or after it was carried out.

A `Faults` watches a client; one `Fault` at a time decides what happens to call number 0, 1, 2, ... of a delivery.
"""

import itertools
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import orjson
from botocore.exceptions import ReadTimeoutError

Answer = tuple[Any, dict[str, Any]]  # an HTTP response and its parsed body, as botocore has them


class Killed(BaseException):
    """The process is gone: no handler of the code under proof may catch this."""


@dataclass
class Call:
    """One call on its way; `made_up` when its answer comes from a fault and not from the table."""

    number: int
    operation: str
    body: bytes
    made_up: bool = False

    @property
    def request(self) -> dict[str, Any]:
        """What is asked, in DynamoDB's JSON."""
        return dict(orjson.loads(self.body))


class Fault:
    """Nothing happens; subclasses make something happen."""

    def before(self, call: Call) -> Answer | None:
        """Raise to lose the call, or return an answer to give instead of making it."""

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Raise, or change the answer of a call that was carried out."""


@dataclass
class Kill(Fault):
    """The process dies at call `at`: before it is made, or when it is carried out and the answer is on its way."""

    at: int
    carried_out: bool
    struck: bool = False

    def before(self, call: Call) -> None:
        """Once dead, no call is made."""
        if self.struck or (call.number == self.at and not self.carried_out):
            self.struck = True
            raise Killed

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Once dead, no answer is heard."""
        if self.struck or call.number == self.at:
            self.struck = True
            raise Killed


@dataclass
class Refuse(Fault):
    """Calls `at` up to `until` are refused with an error code and not carried out; or those of one operation."""

    at: int
    code: str
    until: int | None = None
    only: str = ""
    struck: int = 0

    def before(self, call: Call) -> Answer | None:
        """The refusal, as the table would say it."""
        last = self.at + 1 if self.until is None else self.until
        if not self.at <= call.number < last or self.only not in ("", call.operation):
            return None
        self.struck += 1
        call.made_up = True
        return refusal(self.code, call)


@dataclass
class Unsteady(Fault):
    """Any call may be throttled, conflict, be answered in part, or lose its answer."""

    rng: random.Random
    rate: float
    struck: int = 0

    def before(self, call: Call) -> Answer | None:
        """Refuse some calls."""
        if self.rng.random() >= self.rate:
            return None
        self.struck += 1
        call.made_up = True
        conflicts = call.operation == "TransactWriteItems" and self.rng.random() < 0.5
        return refusal("TransactionCanceledException" if conflicts else "ProvisionedThroughputExceededException", call)

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Lose some answers, and leave the second half of some batches undone."""
        if self.rng.random() >= self.rate:
            return
        self.struck += 1
        if call.operation == "BatchGetItem":
            leave_half(call, parsed)
        else:
            Lose(call.number, silent=self.rng.random() < 0.5).after(call, http, parsed)


@dataclass
class Lose(Fault):
    """Call `at` is carried out, but its answer is an error of the server, or never comes."""

    at: int
    silent: bool
    struck: bool = False

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Time out, or turn the answer into an error."""
        if call.number != self.at:
            return
        self.struck = True
        if self.silent:
            raise ReadTimeoutError(endpoint_url="the table")
        http.status_code = 500
        parsed |= {"Error": {"Code": "InternalServerError", "Message": "carried out, then lost"}}


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
            if not self.opened.wait(60):
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
class Behind(Fault):
    """Reads that need not be consistent see a table as it was some time ago."""

    past: dict[tuple[str, str], dict[str, Any]]

    def after(self, call: Call, http: Any, parsed: dict[str, Any]) -> None:
        """Answer a batch of reads from the past."""
        if call.operation != "BatchGetItem":
            return
        for table, asked in call.request["RequestItems"].items():
            if not asked.get("ConsistentRead"):
                keys = ((key["pk"]["S"], key["sk"]["S"]) for key in asked["Keys"])
                parsed["Responses"][table] = [dict(self.past[key]) for key in keys if key in self.past]


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
            self.barrier.wait(60)


def refusal(code: str, call: Call) -> Answer:
    """An error answer; a cancelled transaction names a reason per action, the checkpoint's first."""
    parsed: dict[str, Any] = {"Error": {"Code": code, "Message": "made up"}}
    if code == "TransactionCanceledException":
        quiet = [{"Code": "None"} for _ in call.request["TransactItems"]]
        parsed["CancellationReasons"] = [*quiet[1:], {"Code": "TransactionConflict"}]
    return SimpleNamespace(status_code=400, headers={}), parsed


def leave_half(call: Call, parsed: dict[str, Any]) -> None:
    """Turn the answer to a batch of reads into one that holds half of it and names the rest."""
    for table, asked in call.request["RequestItems"].items():
        keys = asked["Keys"]
        left = keys[len(keys) // 2 :]
        found = parsed["Responses"].get(table, [])
        parsed["Responses"][table] = [item for item in found if {"pk": item["pk"], "sk": item["sk"]} not in left]
        parsed["UnprocessedKeys"] = {table: asked | {"Keys": left}}


class Faults:
    """Watches every call of a client, counts them, and lets the present fault strike."""

    def __init__(self, client: Any) -> None:
        self.fault = Fault()
        self.most_calls = 0
        self.transactions = 0
        self._numbers = itertools.count()
        client.meta.events.register("before-call.dynamodb", self._before)
        client.meta.events.register("after-call.dynamodb", self._after)

    @contextmanager
    def striking(self, fault: Fault | None) -> Iterator[None]:
        """Count from 0 and strike with this fault inside the block."""
        self.fault, self._numbers = fault or Fault(), itertools.count()
        try:
            yield
        finally:
            self.fault = Fault()

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Answer | None:
        call = Call(next(self._numbers), model.name, params["body"])
        self.most_calls = max(self.most_calls, call.number + 1)
        context["proof"] = call
        return self.fault.before(call)

    def _after(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        call: Call = context["proof"]
        if call.made_up:
            return
        self.transactions += call.operation == "TransactWriteItems" and http_response.status_code == 200
        self.fault.after(call, http_response, parsed)
