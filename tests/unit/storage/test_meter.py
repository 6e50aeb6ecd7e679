"""Units are counted where they are spent, and told apart by request."""

import asyncio

from belvedere.storage.meter import current_meter, metered
from belvedere.storage.threads import in_thread


def test_reads_and_writes_are_told_apart() -> None:
    with metered() as meter:
        meter.record("Query", {"ConsumedCapacity": {"CapacityUnits": 1.5}})
        meter.record("TransactWriteItems", {"ConsumedCapacity": [{"CapacityUnits": 4.0}, {"CapacityUnits": 2.0}]})
        meter.record("GetItem", {})
    assert (meter.read_units, meter.write_units, meter.calls) == (1.5, 6.0, 3)


def test_nobody_measures_outside_the_block() -> None:
    with metered():
        assert current_meter() is not None
    assert current_meter() is None


def test_a_worker_thread_spends_on_the_meter_of_its_request() -> None:
    def spend() -> None:
        meter = current_meter()
        assert meter is not None
        meter.record("Query", {"ConsumedCapacity": {"CapacityUnits": 1.0}})

    async def request() -> float:
        with metered() as meter:
            await asyncio.gather(in_thread(spend), in_thread(spend))
            return meter.read_units

    async def two_requests() -> list[float]:
        return await asyncio.gather(request(), request())

    assert asyncio.run(two_requests()) == [2.0, 2.0]
