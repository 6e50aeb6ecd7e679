"""No two different requests share an answer, and a kept answer is the one that would be worked out."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from belvedere.cache.entry import Computed
from belvedere.cache.request import CacheRequest
from belvedere.clock import iso
from tests.worlds.cache import NOW, POLICY, CacheWorld

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
REQUESTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=3)
ASKS = st.tuples(st.sampled_from(("demo", "demo:1", "d")), st.sampled_from(("k", "k:1")), REQUESTS,
                 st.sampled_from((None, "ada", "ad")))  # fmt: skip
Parts = tuple[str, str, dict[str, Any], str | None]


def named(parts: Parts) -> str:
    workspace, kind, request, personal = parts
    return CacheRequest(workspace=workspace, kind=kind, request=request, policy=POLICY, now=NOW, personal=personal).name


def meaning(parts: Parts) -> str:
    """The request as JSON, keys in order: what makes requests the same."""
    return json.dumps(parts, sort_keys=True)


@given(ASKS, ASKS)
@example(("d", "k", {"a": 1}, None), ("d", "k", {"a": True}, None))
@example(("d", "k", {"a": 1}, None), ("d", "k", {"a": 1.0}, None))
@example(("d", "k", {"a": None}, None), ("d", "k", {}, None))
@example(("d", "k", {"caller": "ada"}, None), ("d", "k", {}, "ada"))
@example(("d", "k", {"a": ["b,c"]}, None), ("d", "k", {"a": ["b", "c"]}, None))
def test_two_requests_share_a_name_exactly_when_they_are_the_same(one: Parts, other: Parts) -> None:
    assert (named(one) == named(other)) == (meaning(one) == meaning(other))


@given(REQUESTS)
def test_the_order_of_fields_changes_nothing(request: dict[str, Any]) -> None:
    backwards = dict(reversed(request.items()))
    assert named(("demo", "k", request, None)) == named(("demo", "k", backwards, None))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 1), st.sampled_from("ab"), st.booleans()),
        st.tuples(st.just("fold")),
        st.tuples(st.just("wait"), st.sampled_from((0.1, 0.5, 2.0, 300.0, 1_000.0))),
        st.tuples(st.just("invalidate"), st.sampled_from(("*", "k:a*", "nothing"))),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.sampled_from((0, 1_900)))
def test_whatever_happens_an_answer_lacks_no_data_that_a_read_half_a_second_ago_would_have_found(
    world: CacheWorld, steps: list[tuple[Any, ...]], lag_ms: int
) -> None:
    """Two processes, two requests, folds, waits, invalidations and lagging reads in any order."""
    processes = [world.process(), world.process()]
    processes[0].invalidate("demo", "*")
    world.settle(10)
    world.lag_ms = lag_ms
    for step in steps:
        match step:
            case ("ask", which, letter, bypass):
                answer = world.ask(processes[which], kind=f"k:{letter}", bypass=bypass)
                shown = json.loads(answer.body())
                assert world.data_at(world.now - 500 - lag_ms) <= shown["data"] <= world.data
                assert shown["cache_info"]["generated_at"] == iso(answer.entry.computed_at)
            case ("fold",):
                world.fold()
            case ("wait", seconds):
                world.settle(seconds)
            case ("invalidate", pattern):
                processes[0].invalidate("demo", pattern)


def test_a_stored_answer_is_byte_for_byte_the_one_that_was_worked_out(world: CacheWorld) -> None:
    payload = {"série": [1, 2.5, None, "ü"], "big": ["x" * 100] * 50}

    async def compute() -> Computed:
        return Computed(payload, payload)

    cache_request = CacheRequest(workspace="demo", kind="k", request={}, policy=POLICY, now=NOW)
    first = asyncio.run(world.process().answer(cache_request, compute))
    later = CacheRequest(workspace="demo", kind="k", request={}, policy=POLICY, now=NOW + 1_000)
    kept = asyncio.run(world.process().answer(later, compute))
    assert kept.outcome == "hit-table"
    assert kept.entry.body == first.entry.body
    assert kept.etag_source == first.etag_source
