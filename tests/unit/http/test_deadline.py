"""An answer that would take longer than Lambda or the gateway wait is an error in the one form, in time."""

import asyncio
import time

import pytest

from belvedere import deadline
from belvedere.errors import TimedOut
from belvedere.http import CallerDep, Endpoint, Response
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from tests.unit.http.lambda_requests import Answer, Context, sent

UP = Context(left_ms=round(deadline.TO_ANSWER_S * 1000) + 20)  # there are 20 ms for the work itself


class Endless:
    """A table whose every query goes on on a next page."""

    calls = 0

    def query(self, **_: object) -> dict[str, object]:
        self.calls += 1
        time.sleep(0.001)
        return {"Items": [], "LastEvaluatedKey": {"pk": {"S": "demo#more"}}}


def ask(endpoint: Endpoint, keys: dict[str, str], context: Context = UP) -> Answer:
    return sent(endpoint, context, headers={"X-API-Key": keys["read"]})


def endpoint_that(work: object) -> Endpoint:
    endpoint = Endpoint("a.board", scope="read")

    @endpoint.get("/thing")
    async def thing(caller: CallerDep) -> Response:
        await work()  # type: ignore[operator]
        return endpoint.answer({})

    return endpoint


def assert_timed_out(answer: Answer) -> None:
    assert (answer.status, answer.json["code"], answer.json["error"]) == (504, "TIMEOUT", "Timed out")
    assert "shorter range" in answer.json["detail"]
    assert answer.json["request_id"] == answer.headers["x-request-id"]


def test_waiting_for_too_long_is_a_504(keys: dict[str, str]) -> None:
    assert_timed_out(ask(endpoint_that(lambda: asyncio.sleep(60)), keys))


def test_reading_for_too_long_is_a_504_and_the_reading_ends(keys: dict[str, str]) -> None:
    client = Endless()
    table = WorkspaceTable(client, "Rollups", "demo")  # type: ignore[arg-type]
    assert_timed_out(ask(endpoint_that(lambda: in_thread(lambda: list(table.query("demo#x")))), keys))
    before = client.calls
    time.sleep(0.05)
    assert client.calls <= before + 1


def test_whoever_is_done_in_time_knows_of_no_deadline(keys: dict[str, str]) -> None:
    assert ask(endpoint_that(lambda: asyncio.sleep(0)), keys, Context()).status == 200


def test_outside_of_a_request_nothing_ends() -> None:
    deadline.check()
    with deadline.within(-1.0), pytest.raises(TimedOut):
        deadline.check()
    deadline.check()
