"""Faults that strike the calls of a client: before a call, or after it was carried out."""

import random
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError

from tests.proof.interception import Answer, Call, Fault, Killed


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
class NeverTaken(Fault):
    """The tables take no transaction that writes a row whose sort key ends so, however often it is tried; nor, where
    `most` is given, one of more actions, and then they do not say which action is to blame."""

    ending: str
    most: int = 100
    struck: int = 0

    def before(self, call: Call) -> Answer | None:
        """The refusal, as DynamoDB words it."""
        if call.operation != "TransactWriteItems":
            return None
        actions = call.request["TransactItems"]
        named = [any(self._meant(action) for action in one.values()) for one in actions]
        if not any(named) and len(actions) <= self.most:
            return None
        self.struck += 1
        call.made_up = True
        if len(actions) > self.most:
            return refusal("ValidationException", call)
        http, parsed = refusal("TransactionCanceledException", call)
        why = {"Code": "ValidationError", "Message": "Item size has exceeded"}
        parsed["CancellationReasons"] = [why if hit else {"Code": "None"} for hit in named]
        return http, parsed

    def _meant(self, action: dict[str, Any]) -> bool:
        key = action.get("Key") or action.get("Item") or {}
        return str(key.get("sk", {}).get("S", "")).endswith(self.ending) and "#recount" not in key["pk"]["S"]


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
