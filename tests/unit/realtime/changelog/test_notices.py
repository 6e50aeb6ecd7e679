"""Many notices: several messages, none left out; one log entry, as much as an item holds."""

import random
from typing import Any

import orjson

from belvedere.realtime.changelog.log import pack
from belvedere.realtime.changelog.notices import MOST_BYTES, batch_notices, fitting


def notices(number: int, size: int = 10) -> list[dict[str, Any]]:
    return [{"id": f"{n:0{size}d}"} for n in range(number)]


def test_portions_are_all_of_it_in_order_and_small_enough() -> None:
    for number, size in ((0, 10), (1, 10), (200, 10), (201, 10), (1_000, 700), (3, 50_000)):
        found = batch_notices(notices(number, size))
        assert [one for part in found for one in part] == notices(number, size)
        assert all(0 < len(part) <= 200 for part in found)
        assert all(len(part) == 1 or len(orjson.dumps(part)) <= 60_100 for part in found)
    assert [len(part) for part in batch_notices(notices(401))] == [200, 200, 1]


def test_an_entry_that_no_item_could_hold_tells_the_first_and_counts_the_others() -> None:
    chance = random.Random(1)
    many = [{"id": "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(200))} for _ in range(1_000)]
    body = fitting({"events": many, "left_out": 5})
    assert len(pack(body)) <= MOST_BYTES
    assert body["events"] == many[: len(body["events"])]
    assert len(body["events"]) + body["left_out"] == 1_005
    assert fitting({"events": notices(1_000)}) == {"events": notices(1_000)}
