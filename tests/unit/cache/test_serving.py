"""Which answer a request gets: kept or new, and from where."""

import asyncio
import json
import random

import pytest

from belvedere.cache.entry import Computed
from belvedere.cache.lookup import Hit
from belvedere.cache.policy import Policy
from belvedere.cache.request import CacheOutcome, CacheRequest
from belvedere.cache.single_flight import SingleFlight
from belvedere.directory.writing import changing
from tests.worlds.cache import POLICY, CacheWorld


def told(answer: object) -> tuple[str, int]:
    """(how it was served, the data it shows)."""
    return str(answer.outcome), json.loads(answer.body())["data"]  # type: ignore[attr-defined]


def test_the_second_request_is_answered_from_memory(world: CacheWorld) -> None:
    process = world.process()
    assert told(world.ask(process)) == ("miss", 1)
    world.settle()
    assert told(world.ask(process)) == ("hit-memory", 1)
    assert world.computed == 1


def test_another_process_is_answered_from_the_table_and_then_from_its_memory(world: CacheWorld) -> None:
    world.ask(world.process())
    other = world.process()
    world.settle()
    assert [told(world.ask(other))[0] for _ in range(2)] == ["hit-table", "hit-memory"]
    assert world.computed == 1


def test_new_data_are_seen_at_once_by_every_process_however_young_the_clock_says_it_is(world: CacheWorld) -> None:
    one, other = world.process(), world.process()
    world.ask(one)
    world.settle(1)
    assert told(world.ask(other)) == ("hit-table", 1)
    world.fold()
    world.settle(0.6)
    assert told(world.ask(one)) == ("miss", 2)
    assert told(world.ask(other)) == ("miss", 2)


def test_for_half_a_second_nothing_is_asked_at_all(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.client = None
    world.settle(0.499)
    assert told(world.ask(process)) == ("hit-memory", 1)


def test_half_a_second_later_the_fold_is_believed(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.fold()
    assert told(world.ask(process)) == ("hit-memory", 1)
    world.settle(0.5)
    assert told(world.ask(process)) == ("miss", 2)


def test_an_answer_from_just_after_a_fold_is_not_trusted_because_its_rows_may_be_from_before(world: CacheWorld) -> None:
    process, other = world.process(), world.process()
    world.fold()
    world.settle(1.9)
    world.ask(process)
    world.settle(0.6)
    assert told(world.ask(other)) == ("miss", 2)
    assert told(world.ask(process))[0] == "hit-table"
    assert world.computed == 2


def test_an_answer_never_outlives_its_documented_time(world: CacheWorld) -> None:
    process, policy = world.process(), Policy(ttl_s=300)
    world.ask(process, policy=policy)
    world.settle(230)
    assert told(world.ask(process, policy=policy))[0] == "hit-memory"
    world.settle(70)
    assert told(world.ask(process, policy=policy))[0] == "miss"


def test_a_bypass_works_out_a_new_answer_and_replaces_the_old_one_everywhere(world: CacheWorld) -> None:
    process, other, third = world.process(), world.process(), world.process()
    world.ask(process)
    world.settle()
    world.ask(other)
    world.data = 9  # as if rollups had been repaired behind everybody's back
    assert told(world.ask(process, bypass=True)) == ("bypass", 9)
    assert told(world.ask(process)) == ("hit-memory", 9)
    world.settle()
    assert told(world.ask(third)) == ("hit-table", 9)


def test_another_workspace_kind_request_or_person_gets_its_own_answer(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    for other in ({"workspace": "other"}, {"kind": "b:kind"}, {"request": {"q": 2}}, {"personal": "ada"}):
        assert told(world.ask(process, **other))[0] == "miss"  # type: ignore[arg-type]
    assert json.loads(world.ask(process, workspace="other").body())["workspace"] == "other"


def test_a_bypass_replaces_what_others_would_find_even_when_the_version_cannot_be_told(
    world: CacheWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ask(world.process())
    world.settle()

    def fail(*_: object) -> None:
        raise ConnectionError("no route")

    with monkeypatch.context() as trouble:
        trouble.setattr("belvedere.cache.version.read", fail)
        world.ask(world.process(), bypass=True)
    assert told(world.ask(world.process()))[0] == "hit-table"  # young: it is the new one
    world.settle()
    assert told(world.ask(world.process()))[0] == "miss"


def test_what_is_shown_says_when_it_was_made_how_old_it_is_and_where_it_was(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.settle(7)
    shown = world.ask(process)
    info = json.loads(shown.body())["cache_info"]
    assert info == {
        "generated_at": "2025-06-15T15:06:40Z", "cache_key": shown.name, "layer": "memory", "age_s": 7,
    }  # fmt: skip
    assert shown.headers == {"Age": "7", "X-Cache": "hit-memory"}


def test_a_kept_answer_has_the_etag_of_the_new_one_it_equals(world: CacheWorld) -> None:
    process = world.process()
    first = world.ask(process)
    world.settle()
    assert world.ask(process).etag_source == first.etag_source
    world.fold()
    world.settle()
    assert world.ask(process).etag_source != first.etag_source


def test_explain_tells_how_a_kept_answer_was_worked_out_and_what_this_request_cost(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    body = json.loads(world.ask(process).body(explain=True, units={"read_units": 0.5}))
    assert body["explain"] == {"rows": 7, "units": {"read_units": 0.5}, "cache": "hit-memory"}
    assert "explain" not in json.loads(world.ask(process).body())


def test_an_answer_that_is_cheaper_to_work_out_than_to_keep_stays_out_of_the_table(world: CacheWorld) -> None:
    world.ask(world.process(), units=1)
    world.settle()
    assert told(world.ask(world.process(), units=1))[0] == "miss"


@pytest.mark.parametrize("gone", ["cache", "state"])
def test_without_one_of_its_tables_the_cache_is_a_miss_and_not_a_failure(world: CacheWorld, gone: str) -> None:
    world.client.delete_table(TableName=gone)
    process = world.process()
    assert told(world.ask(process)) == ("miss", 1)
    assert told(world.ask(process, bypass=True)) == ("bypass", 1)


def test_without_the_version_no_answer_is_shown_that_is_not_young(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.client.delete_table(TableName="state")
    world.settle()
    assert told(world.ask(process)) == ("miss", 1)
    assert told(world.ask(process)) == ("hit-memory", 1)


def test_an_answer_that_an_older_release_stored_is_a_miss(world: CacheWorld) -> None:
    name = world.ask(world.process()).name
    world.client.put_item(
        TableName="cache", Item={"pk": {"S": "demo#answers"}, "sk": {"S": name}, "entry": {"B": b"z what is this"}}
    )
    world.settle()
    assert told(world.ask(world.process())) == ("miss", 1)


def test_a_crowd_at_one_moment_costs_one_computation(world: CacheWorld) -> None:
    process = world.process()
    cache_request = CacheRequest(workspace="demo", kind="a:kind", request={}, policy=POLICY, now=world.now)
    find, computed, looked = process._lookup.find, 0, 0
    all_have_looked = asyncio.Event()

    async def found(request: CacheRequest) -> Hit | None:
        nonlocal looked
        there_was = await find(request)
        looked += 1
        if looked == 20:
            all_have_looked.set()
        return there_was

    async def compute() -> Computed:
        nonlocal computed
        computed += 1
        await all_have_looked.wait()
        return Computed({"data": 1}, 1)

    async def crowd() -> list[CacheOutcome]:
        return [
            answer.outcome
            for answer in await asyncio.gather(*(process.answer(cache_request, compute) for _ in range(20)))
        ]

    process._lookup.find = found  # type: ignore[method-assign]

    assert asyncio.run(crowd()) == [CacheOutcome.MISS] * 20
    assert computed == 1


def test_a_failure_is_everybodys_and_nobody_keeps_it(world: CacheWorld) -> None:
    process = world.process()
    cache_request = CacheRequest(workspace="demo", kind="a:kind", request={}, policy=POLICY, now=world.now)

    async def fail() -> Computed:
        await asyncio.sleep(0.01)
        raise ValueError("no rows today")

    async def crowd() -> list[object]:
        return await asyncio.gather(*(process.answer(cache_request, fail) for _ in range(3)), return_exceptions=True)

    assert [type(failure) for failure in asyncio.run(crowd())] == [ValueError] * 3
    assert told(world.ask(process, request={})) == ("miss", 1)


def test_one_who_leaves_does_not_stop_the_computation_for_the_others(world: CacheWorld) -> None:
    process = world.process()
    cache_request = CacheRequest(workspace="demo", kind="a:kind", request={}, policy=POLICY, now=world.now)

    async def two() -> bytes:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def compute() -> Computed:
            begun.set()
            await go_on.wait()
            return Computed({"data": 1}, 1)

        first = asyncio.create_task(process.answer(cache_request, compute))
        await begun.wait()
        second = asyncio.create_task(process._single_flight.run(("answer", *cache_request.memory_key), compute))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return (await second).body

    assert asyncio.run(two()) == b'{"data":1}'


def test_the_next_computation_begins_when_one_has_ended() -> None:
    async def twice() -> list[int]:
        single_flight, numbers = SingleFlight(), iter([1, 2])

        async def compute() -> int:
            return next(numbers)

        return [await single_flight.run("name", compute) for _ in range(2)]

    assert asyncio.run(twice()) == [1, 2]


def test_an_answer_too_big_for_the_table_is_kept_in_memory_and_troubles_nobody(world: CacheWorld) -> None:
    process = world.process()
    big = random.Random(1).randbytes(400_000).hex()

    async def compute() -> Computed:
        return Computed({"data": big}, 1)

    def cache_request() -> CacheRequest:
        return CacheRequest(workspace="demo", kind="big", request={}, policy=POLICY, now=world.now)

    asyncio.run(process.answer(cache_request(), compute, bypass=True))
    world.calls.clear()
    assert asyncio.run(process.answer(cache_request(), compute)).outcome is CacheOutcome.MEMORY
    world.ask(process)
    world.settle()
    assert told(world.ask(world.process()))[0] == "hit-table"
    assert asyncio.run(world.process().answer(cache_request(), compute)).outcome is CacheOutcome.MISS


def test_a_change_of_the_directory_is_seen_as_a_fold_is(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    world.settle()
    assert told(world.ask(process)) == ("hit-memory", 1)
    with changing(world.tables("demo"), lambda: world.now):
        world.data += 1
        world.history.append((world.now, world.data))
    world.settle(0.6)
    assert told(world.ask(process)) == ("miss", 2)


def test_an_answer_made_while_the_directory_was_being_changed_is_not_kept_by_a_process_that_then_died(
    world: CacheWorld,
) -> None:
    change = changing(world.tables("demo"), lambda: world.now)
    change.__enter__()
    world.ask(world.process())  # made of the old Directory; the change comes right after it, the second word never
    world.data += 1
    world.history.append((world.now, world.data))
    world.settle(0.6)
    assert told(world.ask(world.process())) == ("miss", 2)
