"""A stale answer is shown at once, and one refresh of it runs."""

import asyncio
import json

import msgspec
import pytest

from belvedere.cache import store
from belvedere.cache.refresh import Job, Refresher, refresh
from belvedere.cache.request import CacheOutcome, CacheRequest
from belvedere.cache.serve import Cache
from tests.worlds.cache import POLICY, CacheWorld

STALE_AFTER_S = 301


def jobs(world: CacheWorld) -> list[Job]:
    """The jobs that the refresh function was started with."""
    started = [msgspec.json.decode(payload)["refresh"] for payload in world.started]
    return [msgspec.convert(job, Job) for payload in started for job in payload]


def work_out(world: CacheWorld, job: Job) -> bool:
    """What the refresh function does with a job."""
    process = world.process()

    async def work() -> None:
        await asyncio.to_thread(world.ask, process, request=job.request, bypass=True)

    return asyncio.run(refresh(world.tables("demo").cache, job, work, lambda: world.now))


def stale(world: CacheWorld) -> Cache:
    """A process that has only a stale answer."""
    process = world.process(refreshes=True)
    world.ask(process)
    world.settle(STALE_AFTER_S)
    return process


def test_a_stale_answer_is_shown_while_it_is_refreshed(world: CacheWorld) -> None:
    process = stale(world)
    assert world.ask(process).outcome is CacheOutcome.STALE
    (job,) = jobs(world)
    assert (job.workspace, job.kind, job.request) == ("demo", "a:kind", {"q": 1})
    assert work_out(world, job)
    world.settle(1)
    assert world.ask(process).outcome is CacheOutcome.TABLE
    assert world.computed == 2


def test_however_many_ask_in_however_many_processes_one_refresh_runs(world: CacheWorld) -> None:
    first = stale(world)
    processes = [first, world.process(refreshes=True), world.process(refreshes=True)]
    assert {world.ask(process).outcome for process in processes * 3} == {CacheOutcome.STALE}
    assert len(jobs(world)) == 1


def test_a_process_that_has_begun_a_refresh_does_not_pay_for_asking_again(world: CacheWorld) -> None:
    process = stale(world)
    world.ask(process)
    assert "PutItem" in world.calls
    world.calls.clear()
    world.settle(1)
    assert world.ask(process).outcome is CacheOutcome.STALE
    assert "PutItem" not in world.calls


def test_a_refresher_that_is_lost_is_followed_by_another_when_its_lease_ends(world: CacheWorld) -> None:
    process = stale(world)
    world.ask(process)
    world.settle(29)
    world.ask(process)
    assert len(jobs(world)) == 1
    world.settle(2)
    world.ask(process)
    assert len(jobs(world)) == 2


def test_a_refresher_that_comes_too_late_leaves_the_work_to_the_other(world: CacheWorld) -> None:
    process = stale(world)
    world.ask(process)
    world.settle(31)
    world.ask(process)
    late, present = jobs(world)
    assert not work_out(world, late)
    assert work_out(world, present)


def test_a_job_that_is_delivered_twice_is_done_once(world: CacheWorld) -> None:
    world.ask(stale(world))
    (job,) = jobs(world)
    assert [work_out(world, job), work_out(world, job)] == [True, False]


def test_a_refresh_that_fails_gives_the_lease_back(world: CacheWorld) -> None:
    world.ask(stale(world))
    (job,) = jobs(world)

    async def fail() -> None:
        raise LookupError("no rows today")

    with pytest.raises(LookupError):
        asyncio.run(refresh(world.tables("demo").cache, job, fail, lambda: world.now))
    assert store.take_lease(world.tables("demo").cache, job.name, world.now)


def test_when_the_refresh_cannot_be_started_the_answer_is_worked_out_and_the_lease_is_free(world: CacheWorld) -> None:
    def unable(_: bytes) -> None:
        raise ConnectionError("Lambda does not answer")

    process = Cache(world.tables, clock=lambda: world.now, refresher=Refresher(unable), chance=lambda: 1.0)
    world.ask(process)
    world.settle(STALE_AFTER_S)
    answer = world.ask(process)
    assert answer.outcome is CacheOutcome.MISS
    assert store.take_lease(world.tables("demo").cache, answer.name, world.now)


def test_where_nobody_refreshes_a_stale_answer_is_worked_out_anew(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.settle(STALE_AFTER_S)
    assert world.ask(process).outcome is CacheOutcome.MISS


def test_a_request_that_cannot_be_asked_again_is_worked_out_anew(world: CacheWorld) -> None:
    process = world.process(refreshes=True)
    world.ask(process, replay=None)
    world.settle(STALE_AFTER_S)
    assert world.ask(process, replay=None).outcome is CacheOutcome.MISS
    assert world.started == []


def test_over_new_data_a_stale_answer_is_not_shown(world: CacheWorld) -> None:
    process = world.process(refreshes=True)
    world.ask(process, kind="plain")
    world.settle(10)
    world.fold()
    world.settle(1)
    plain = world.ask(process, kind="plain")
    assert (plain.outcome, json.loads(plain.body())["data"]) == (CacheOutcome.MISS, 2)


def test_a_lease_is_one_at_a_time_and_only_its_holder_gives_it_back(world: CacheWorld) -> None:
    table, now = world.tables("demo").cache, world.now
    token = store.take_lease(table, "n", now)
    assert token
    assert store.take_lease(table, "n", now + 29_999) is None
    store.release_lease(table, "n", "somebody else")
    assert store.take_lease(table, "n", now) is None
    store.release_lease(table, "n", token)
    assert store.take_lease(table, "n", now)


def test_the_job_of_a_personal_answer_says_whose_it_is(world: CacheWorld) -> None:
    begun: list[bytes] = []
    cache_request = CacheRequest(
        workspace="demo", kind="k", request={}, policy=POLICY, now=world.now, personal="ada", replay={"q": 1}
    )
    assert Refresher(begun.append).begin(world.tables("demo").cache, cache_request)
    assert msgspec.json.decode(begun[0])["refresh"][0]["personal"] == "ada"
