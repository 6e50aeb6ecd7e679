"""One computation for all who ask the same at once."""

import asyncio
from collections.abc import Awaitable

import pytest

from belvedere import deadline
from belvedere.cache.single_flight import SingleFlight
from belvedere.errors import TimedOut


class Work:
    """A computation that goes on when it is let go, and ends when its time is up by then."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        await self.go_on.wait()
        deadline.check()
        return "rows"


def within(seconds: float | None, single_flight: SingleFlight, work: Work) -> Awaitable[str]:
    """The answer to a request that has so much time."""
    with deadline.within(seconds):
        return asyncio.ensure_future(single_flight.run("name", work))


async def let_go(work: Work) -> None:
    await asyncio.sleep(0)
    work.go_on.set()


def test_who_asks_while_it_is_computed_gets_what_it_gives() -> None:
    async def run() -> None:
        single_flight, work = SingleFlight(), Work()
        both = [within(None, single_flight, work), within(None, single_flight, work)]
        await let_go(work)
        assert (await asyncio.gather(*both), work.begun) == (["rows", "rows"], 1)

    asyncio.run(run())


def test_a_request_with_more_time_does_not_end_with_the_one_before_it() -> None:
    async def run() -> None:
        single_flight, work = SingleFlight(), Work()
        late = within(-1.0, single_flight, work)
        await asyncio.sleep(0)
        again = within(60.0, single_flight, work)
        await let_go(work)
        with pytest.raises(TimedOut):
            await late
        assert (await again, work.begun) == ("rows", 2)

    asyncio.run(run())


def test_what_has_ended_is_computed_anew() -> None:
    async def run() -> None:
        single_flight, work = SingleFlight(), Work()
        work.go_on.set()
        assert [await within(None, single_flight, work) for _ in range(2)] == ["rows", "rows"]
        assert work.begun == 2

    asyncio.run(run())
