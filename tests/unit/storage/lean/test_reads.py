"""Lean reads: what botocore would have answered, and botocore itself wherever an answer is not plain."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.hooks import HierarchicalEmitter

from belvedere.storage.lean import connections, reads
from belvedere.storage.lean.connections import ServiceConnections
from belvedere.storage.lean.reads import lean
from belvedere.storage.meter import metered

FOUND = {"Item": {"n": {"N": "7"}, "b": {"B": "AAE="}}, "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5}}


class Meta:
    endpoint_url = "https://tables.test"
    region_name = "eu-central-1"

    def __init__(self) -> None:
        self.events = HierarchicalEmitter()


class Client:
    """botocore's client, as far as it is needed: it answers, and says that it was asked."""

    def __init__(self) -> None:
        self.meta = Meta()
        self.asked: list[dict[str, Any]] = []

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return {"Item": {}}

    query = batch_get_item = get_item


class Line:
    """A connection that answers what it is told, one after another; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[dict[str, str], Any]] = []
        self.closed = False

    def sendall(self, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        assert (first, headers["content-length"]) == ("POST / HTTP/1.1", str(len(body)))
        self.sent.append((headers, orjson.loads(body)))
        if isinstance(self.answers[0], Exception):
            raise self.answers.pop(0)

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.answers.pop(0))

    def close(self) -> None:
        self.closed = True


def reply(content: Any, status: int = 200, crc: int | None = None, **headers: str) -> bytes:
    """An answer on the wire."""
    body = orjson.dumps(content)
    told = {"Content-Length": str(len(body)), "x-amz-crc32": str(zlib.crc32(body) if crc is None else crc), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Something\r\n{lines}\r\n".encode() + body


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads.time, "sleep", lambda seconds: None)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def leaned(*lines: Line, credentials: Any = None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A lean client whose connections are these, in the order in which it makes them."""
    left = list(lines)
    monkeypatch.setattr(ServiceConnections, "_connect", lambda self: left.pop(0))
    return lean(Client(), credentials or Credentials("key", "secret"), connect_s=1, read_s=1)  # type: ignore[no-any-return]


def test_an_answer_comes_with_its_bytes_and_its_units_without_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(reply(FOUND))
    client = leaned(line, monkeypatch=monkeypatch)
    with metered() as meter:
        found = client.get_item(TableName="t", Key={"pk": {"S": "a"}})
    assert found["Item"] == {"n": {"N": "7"}, "b": {"B": b"\x00\x01"}}
    assert (meter.read_units, meter.calls, client.asked) == (0.5, 1, [])
    ((headers, body),) = line.sent
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert headers["host"] == "tables.test"
    assert body == {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL"}


def test_a_connection_is_kept_and_made_anew_when_it_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Line(reply(FOUND), b""), Line(reply(FOUND))
    client = leaned(first, second, monkeypatch=monkeypatch)
    for _ in range(2):
        assert client.query(TableName="t")["Item"]
    assert (len(first.sent), first.closed, len(second.sent), client.asked) == (2, True, 1, [])


def test_a_connection_that_the_service_ends_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Line(reply(FOUND, Connection="close")), Line(reply(FOUND))
    client = leaned(first, second, monkeypatch=monkeypatch)
    for _ in range(2):
        assert client.query(TableName="t")["Item"]
    assert (len(first.sent), len(second.sent)) == (1, 1)


@pytest.mark.parametrize("answer", [
    reply({"__type": "ProvisionedThroughputExceededException"}, status=400),
    reply({"__type": "ResourceNotFoundException"}, status=400),
    reply({}, status=500),
    reply(FOUND, crc=1),
    TimeoutError(),
    ConnectionResetError(),
    b"?",
    b"",
], ids=repr)  # fmt: skip
def test_whatever_is_not_a_plain_answer_is_asked_of_botocore(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = leaned(Line(answer), monkeypatch=monkeypatch)
    with metered() as meter:
        client.batch_get_item(RequestItems={})
    assert client.asked == [{"RequestItems": {}}]
    assert meter.calls == 0  # botocore's own hooks count its calls


def test_credentials_are_asked_for_at_each_call_so_that_they_may_be_refreshed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter([{"access_key": name, "secret_key": "s", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"}
                  for name in ("first", "second", "third")])  # fmt: skip
    expired = dict(next(given), expiry_time="2100-01-01T00:00:00Z")
    credentials = RefreshableCredentials.create_from_metadata(
        expired, lambda: dict(next(given), expiry_time="2100-01-01T00:00:00Z"), "test"
    )
    line = Line(reply(FOUND), reply(FOUND))
    client = leaned(line, credentials=credentials, monkeypatch=monkeypatch)
    client.get_item()
    credentials._expiry_time = credentials._expiry_time.replace(year=2020)
    client.get_item()
    keys = [headers["authorization"].split("Credential=")[1].split("/")[0] for headers, _ in line.sent]
    assert keys == ["first", "second"]
    assert {headers["x-amz-security-token"] for headers, _ in line.sent} == {"t"}


def test_a_pretended_service_is_left_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    client = leaned(monkeypatch=monkeypatch)
    client.meta.events.register("before-send", lambda **_: "an answer of its own")
    client.get_item(TableName="t")
    assert client.asked == [{"TableName": "t"}]


def test_what_needs_no_proxy_where_there_is_none_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    client = leaned(Line(reply(FOUND)), monkeypatch=monkeypatch)
    assert client.get_item(TableName="t")["Item"]
    assert client.asked == []


def test_behind_a_proxy_and_without_credentials_reads_stay_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Client()
    lean(bare, None, connect_s=1, read_s=1)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    proxied = lean(Client(), Credentials("key", "secret"), connect_s=1, read_s=1)
    for client in (bare, proxied):
        client.get_item()
        assert client.asked == [{}]


class Open(Line):
    """A line that is open, or that its service has ended meanwhile."""

    def __init__(self, *answers: Any, ended: bool = False) -> None:
        super().__init__(*answers)
        self.ended = ended


def test_lines_are_opened_ahead_and_used_by_whoever_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ended", lambda line: line.ended)
    lines = [Open(reply(FOUND)), Open(reply(FOUND))]
    client: Any = leaned(*lines, monkeypatch=monkeypatch)
    client.open_lines(2)
    client.open_lines(2)
    assert [len(line.sent) for line in lines] == [0, 0], "nothing is asked"
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(client.query, TableName="t").result()["Item"]
    assert sum(len(line.sent) for line in lines) == 1


def test_a_line_that_the_service_has_ended_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ended", lambda line: line.ended)
    ended, other = Open(ended=True), Open(reply(FOUND))
    client: Any = leaned(ended, other, monkeypatch=monkeypatch)
    client.open_lines(1)
    client.open_lines(1)
    assert client.query(TableName="t")["Item"]
    assert (ended.closed, len(other.sent)) == (True, 1)
