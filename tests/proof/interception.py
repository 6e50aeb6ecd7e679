"""Watches the calls of one DynamoDB client and lets one fault at a time strike them, by their number."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

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
