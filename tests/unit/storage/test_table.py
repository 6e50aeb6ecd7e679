"""A workspace's table: its own keys only, batches completed or refused."""

from threading import Barrier
from typing import Any

import pytest

from belvedere.errors import DatabaseUnavailable, TenantViolation
from belvedere.storage.attributes import decode_item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.meter import current_meter, metered
from belvedere.storage.table import WorkspaceTable

MINE, FOREIGN = Key("demo#a", "1"), Key("other#a", "1")


class BusyClient:
    """Takes one item of each batch write, and says the rest is left, `rounds` times."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.written: list[Any] = []

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:
        ((table, requests),) = RequestItems.items()
        taken = requests if self.rounds <= 0 else requests[:1]
        self.rounds -= 1
        self.written += taken
        left = requests[len(taken) :]
        return {"UnprocessedItems": {table: left} if left else {}}


class NoClient:
    """Nothing may be asked of it."""

    def __getattr__(self, name: str) -> Any:
        return lambda **_: pytest.fail(f"{name} was called")


NO_CLIENT = NoClient()


def table(client: Any = NO_CLIENT) -> WorkspaceTable:
    return WorkspaceTable(client, "T", "demo", sleep=lambda _: None)


def items(number: int) -> list[Any]:
    return [{"pk": "demo#a", "sk": str(i)} for i in range(number)]


def test_a_key_of_another_workspace_is_refused_by_every_operation() -> None:
    mine = table()
    for attempt in (
        lambda: mine.get(FOREIGN),
        lambda: mine.batch_get([MINE, FOREIGN]),
        lambda: mine.put_all([{"pk": "other#a", "sk": "1"}]),
        lambda: mine.delete_all([FOREIGN]),
        lambda: list(mine.query("other#a")),
        lambda: list(mine.listed("other#a")),
    ):
        with pytest.raises(TenantViolation):
            attempt()


@pytest.mark.parametrize("pk", ["demo2#a", "dem#a", "", "#demo#a"])
def test_a_name_that_only_looks_like_mine_is_foreign(pk: str) -> None:
    with pytest.raises(TenantViolation):
        table().own(pk)


def test_what_a_busy_table_leaves_is_written_again_until_it_is_all_there() -> None:
    client = BusyClient(rounds=3)
    table(client).put_all(items(30))
    assert sorted(int(put["PutRequest"]["Item"]["sk"]["S"]) for put in client.written) == list(range(30))


def test_a_table_that_stays_busy_says_so_and_when_to_come_back() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        table(BusyClient(rounds=99)).put_all(items(25))
    assert caught.value.headers == {"Retry-After": "1"}


class MeetingClient:
    """Answers a batch only when another one is under way too, and tells the meter of its caller."""

    def __init__(self) -> None:
        self._both = Barrier(2, timeout=10)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:
        self._both.wait()
        meter = current_meter()
        assert meter is not None
        meter.record("BatchWriteItem", {"ConsumedCapacity": [{"CapacityUnits": float(len(RequestItems["T"]))}]})
        return {}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        self._both.wait()
        found = [key for key in RequestItems["T"]["Keys"] if int(key["sk"]["S"]) % 2]
        return {"Responses": {"T": found}}


def test_batches_are_written_side_by_side_on_the_meter_of_their_request() -> None:
    with metered() as meter:
        table(MeetingClient()).put_all(items(50))
    assert (meter.calls, meter.write_units) == (2, 50.0)


def test_batches_are_read_side_by_side_and_every_item_is_found() -> None:
    found = table(MeetingClient()).batch_get(Key("demo#a", str(i)) for i in range(200))
    assert set(found) == {Key("demo#a", str(i)) for i in range(1, 200, 2)}


class TornClient:
    """Takes every batch but the one that holds the item `0`."""

    def __init__(self) -> None:
        self.written = 0

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:
        if any(put["PutRequest"]["Item"]["sk"]["S"] == "0" for put in RequestItems["T"]):
            raise ConnectionError("gone")
        self.written += 1
        return {}


def test_a_batch_that_fails_is_told_after_the_others_have_ended() -> None:
    client = TornClient()
    with pytest.raises(ConnectionError):
        table(client).put_all(items(100))
    assert client.written == 3


def test_attributes_come_back_as_they_went() -> None:
    item = {"pk": "a", "n": -12345678901234567890, "flag": True, "data": b"\x00\xff"}
    assert decode_item(encode_item(item)) == item
    assert encode(True) == {"BOOL": True}


def test_an_attribute_kind_the_engine_never_writes_is_refused() -> None:
    with pytest.raises(ValueError, match="kind M"):
        decode_item({"x": {"M": {}}})
