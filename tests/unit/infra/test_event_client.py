"""The client of POST /v1/events delivers every batch at least once, or says why it cannot."""

import asyncio
import json
from pathlib import Path

import pytest

from belvedere_cli.errors import UsageError
from belvedere_cli.sending.event_client import Batch, RetryPolicy, deliver, encode
from belvedere_cli.sending.event_target import Target, target_of
from belvedere_cli.sending.event_wire import HttpReply, Receipt, Refused, Unreachable, WireEvent
from tests.unit.infra.fake_stack import FakeStack, refusal


class LowestRandom:
    """Jitter at its smallest, so that what remains of a wait is what the server asked for."""

    def uniform(self, low: float, high: float) -> float:
        return low


def line(event_id: str, event_type: str = "learning.hint") -> bytes:
    return encode(WireEvent(id=event_id, type=event_type, time="2021-01-16T04:44:49Z"))


async def test_a_batch_arrives_compressed_with_the_key_and_comes_back_as_a_receipt() -> None:
    stack = FakeStack()
    receipt = await stack.client().send([line("a"), line("b", "bad.type"), line("a")])
    assert (receipt.accepted, receipt.duplicate, receipt.rejected) == (1, 1, 1)
    assert receipt.results[1].reason == "UNKNOWN_TYPE"
    assert stack.headers[0]["X-API-Key"] == "key"
    assert stack.headers[0]["Content-Encoding"] == "gzip"


async def test_an_event_without_user_has_no_user_on_the_wire() -> None:
    assert json.loads(line("a")) == {"id": "a", "type": "learning.hint", "time": "2021-01-16T04:44:49Z"}


async def test_an_empty_batch_makes_no_request() -> None:
    stack = FakeStack()
    assert await stack.client().send([]) == Receipt()
    assert stack.requests == []


@pytest.mark.parametrize(
    "failure",
    [refusal(429, "slow down"), refusal(503, "busy"), refusal(500, "oops"), OSError("refused"), TimeoutError()],
    ids=["429", "503", "500", "no connection", "no answer"],
)
async def test_a_passing_failure_is_sent_again(failure: HttpReply | OSError) -> None:
    stack = FakeStack(failures=[failure, failure])
    receipt = await stack.client().send([line("a")])
    assert receipt.accepted == 1
    assert len(stack.requests) == 3
    assert len(stack.waits) == 2


async def test_an_answer_that_was_lost_after_the_event_was_kept_costs_a_duplicate_only() -> None:
    stack = FakeStack()
    await stack.client().send([line("a")])
    receipt = await stack.client().send([line("a")])
    assert (receipt.accepted, receipt.duplicate, len(stack.events)) == (0, 1, 1)


async def test_the_wait_is_never_less_than_the_server_asked_for() -> None:
    stack = FakeStack(failures=[refusal(429, "slow down", retry_after="7")])
    client = stack.client()
    client.rng = LowestRandom()  # type: ignore[assignment]
    await client.send([line("a")])
    assert stack.waits == [7.0]


async def test_a_retry_after_that_is_no_number_leaves_the_wait_to_the_client() -> None:
    stack = FakeStack(failures=[refusal(503, "busy", retry_after="Wed, 21 Oct 2026 07:28:00 GMT")])
    assert (await stack.client().send([line("a")])).accepted == 1
    assert stack.waits[0] <= RetryPolicy().first_wait_s


def test_the_ceiling_of_the_jitter_doubles_up_to_a_limit() -> None:
    class HighestRandom:
        def uniform(self, low: float, high: float) -> float:
            return high

    policy = RetryPolicy(first_wait_s=0.5, ceiling_s=3.0)
    waits = [policy.wait_s(attempt, 0.0, HighestRandom()) for attempt in (1, 2, 3, 4, 5)]  # type: ignore[arg-type]
    assert waits == [0.5, 1.0, 2.0, 3.0, 3.0]


async def test_it_gives_up_after_its_attempts_and_says_what_it_met() -> None:
    stack = FakeStack(failures=[OSError("connection refused")] * 9)
    with pytest.raises(Unreachable, match="3 attempts: connection refused"):
        await stack.client(attempts=3).send([line("a")])
    assert len(stack.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_not_sent_again_and_keeps_the_servers_words(status: int) -> None:
    stack = FakeStack(failures=[refusal(status, "the key is unknown")])
    with pytest.raises(Refused, match=f"HTTP {status}: the key is unknown"):
        await stack.client().send([line("a")])
    assert len(stack.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"results": [{"index": 0, "result": "lost"}]}',
        b'{"results": [{"index": 1, "result": "accepted"}]}',
        b'{"results": [{"index": 0, "result": "accepted"}, {"index": 0, "result": "accepted"}]}',
    ],
)
async def test_an_answer_that_does_not_account_for_every_event_acknowledges_nothing(body: bytes) -> None:
    stack = FakeStack(failures=[HttpReply(200, {}, body)])
    with pytest.raises(Refused):
        await stack.client().send([line("a")])


async def test_receipts_come_in_the_order_of_the_batches_even_when_answers_do_not() -> None:
    stack = FakeStack()
    first_may_answer = asyncio.Event()
    answered: list[str] = []

    async def transport(body: bytes, headers: object) -> HttpReply:
        reply = await stack.transport(body, {})
        name = stack.requests[-1][0]["id"]
        if name == "a":
            await first_may_answer.wait()
        answered.append(name)
        first_may_answer.set()
        return reply

    client = stack.client()
    client.transport = transport
    reported: list[bytes] = []
    await deliver(client, [Batch([line(name)]) for name in "abc"], lambda batch, _: reported.extend(batch.lines))
    assert answered[0] == "b"
    assert reported == [line("a"), line("b"), line("c")]


async def test_no_more_batches_travel_at_once_than_allowed() -> None:
    stack = FakeStack()
    travelling, most = 0, 0

    async def transport(body: bytes, headers: object) -> HttpReply:
        nonlocal travelling, most
        travelling += 1
        most = max(most, travelling)
        await asyncio.sleep(0)
        travelling -= 1
        return await stack.transport(body, {})

    client = stack.client()
    client.transport = transport
    await deliver(client, [Batch([line(str(n))]) for n in range(20)], lambda *_: None, in_flight=3)
    assert most == 3
    assert len(stack.events) == 20


async def test_nothing_after_a_refused_batch_is_reported() -> None:
    stack = FakeStack(failures=[None, refusal(403, "no"), None])
    reported: list[bytes] = []
    with pytest.raises(Refused):
        await deliver(
            stack.client(), [Batch([line(name)]) for name in "abc"], lambda batch, _: reported.extend(batch.lines)
        )
    assert reported == [line("a")]


def test_the_target_is_read_from_the_outputs_of_the_running_stack(tmp_path: Path) -> None:
    outputs = {"url": "http://127.0.0.1:8000/", "write_key": "w", "tables": {"events": "Events"}, "ws_url": None}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    assert target_of(None, None, tmp_path) == Target("http://127.0.0.1:8000", "w")


def test_flags_win_over_the_outputs_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "outputs.json").write_text(json.dumps({"url": "http://127.0.0.1:8000", "write_key": "w"}))
    assert target_of("https://example.com", None, tmp_path) == Target("https://example.com", "w")
    assert target_of(None, "mine", tmp_path).key == "mine"


@pytest.mark.parametrize("outputs", [None, "{", "[]", "{}"])
def test_without_a_stack_the_message_says_how_to_get_one(tmp_path: Path, outputs: str | None) -> None:
    if outputs is not None:
        (tmp_path / "outputs.json").write_text(outputs)
    with pytest.raises(UsageError, match=r"make up|outputs\.json"):
        target_of(None, None, tmp_path)


def test_a_url_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="http://"):
        target_of("localhost:8000", "k", tmp_path)


def test_the_fingerprint_of_a_target_does_not_show_its_key() -> None:
    assert "secret" not in Target("http://h", "secret").fingerprint
    assert Target("http://h", "secret").fingerprint != Target("http://h", "other").fingerprint
