"""Invalidations mean the same on both layers, in every process."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.cache import store
from belvedere.cache.invalidation import MAX_INVALIDATIONS, MAX_PATTERN, Layer, matches
from belvedere.cache.request import CacheOutcome
from belvedere.cache.serve import Cache
from belvedere.errors import Invalid
from tests.worlds.cache import CacheWorld

KINDS = ("dashboard:summary", "dashboard:series", "x")
TAGS = ("user:1", "user:12", "user:1:progress", "class:[a]", "*")


def outcomes(world: CacheWorld, process: Cache) -> dict[str, CacheOutcome]:
    """How each of the kept answers is served now, by kind."""
    return {kind: world.ask(process, kind=kind, tags=(tag,)).outcome for kind, tag in zip(KINDS, TAGS, strict=False)}


def filled(world: CacheWorld) -> tuple[Cache, Cache]:
    """A process that has all answers in memory, and one that would find them in the table."""
    warm = world.process()
    outcomes(world, warm)
    world.settle()
    return warm, world.process()


@pytest.mark.parametrize(
    ("pattern", "dropped"),
    [
        ("*", set(KINDS)),
        ("dashboard:*", {"dashboard:summary", "dashboard:series"}),
        ("dashboard:s[eu]*", {"dashboard:summary", "dashboard:series"}),
        ("dashboard:s[!u]*", {"dashboard:series"}),
        ("user:1", {"dashboard:summary"}),
        ("user:1*", set(KINDS)),
        ("user:*:progress", {"x"}),
        ("summary", set()),
        ("DASHBOARD:*", set()),
    ],
)
def test_a_glob_drops_the_same_answers_from_both_layers(world: CacheWorld, pattern: str, dropped: set[str]) -> None:
    warm, cold = filled(world)
    world.process().invalidate("demo", pattern)
    world.settle(0.5)
    for process, kept in ((cold, CacheOutcome.TABLE), (warm, CacheOutcome.MEMORY)):
        served = {
            kind: outcome for kind, outcome in outcomes(world, process).items() if outcome is not CacheOutcome.MISS
        }
        if process is cold:
            assert served == {kind: kept for kind in KINDS if kind not in dropped}
        else:  # what the other has just worked out anew is in the table for this one
            assert {kind for kind, outcome in served.items() if outcome is kept} == set(KINDS) - dropped


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="user:1*?[!]ab", min_size=1, max_size=8), st.lists(st.sampled_from(TAGS), max_size=3))
def test_memory_rules_and_the_sweep_of_the_table_agree_on_every_glob(
    world: CacheWorld, pattern: str, tags: list[str]
) -> None:
    process, kept = world.process(), tuple(tags)
    world.settle()
    name = world.ask(process, tags=kept, bypass=True).name
    expected = matches(pattern, name, kept)
    assert process.memory.drop_matching("demo", pattern) == int(expected)
    assert store.sweep(world.tables("demo").cache, pattern) == int(expected)
    store.sweep(world.tables("demo").cache, "*")


def test_it_holds_at_once_in_the_process_that_declares_it(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    process.invalidate("demo", "a:*")
    world.now += 1
    assert world.ask(process).outcome is CacheOutcome.MISS


def test_an_answer_worked_out_afterwards_stays(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process)
    process.invalidate("demo", "*")
    world.settle(1)
    world.ask(process)
    world.settle()
    assert world.ask(process).outcome is CacheOutcome.MEMORY
    assert world.ask(world.process()).outcome is CacheOutcome.TABLE


def test_one_layer_alone_can_be_invalidated(world: CacheWorld) -> None:
    warm, cold = filled(world)
    warm.invalidate("demo", "x", Layer.ALL)
    warm.invalidate("demo", "dashboard:su*", Layer.MEMORY)
    warm.invalidate("demo", "dashboard:se*", Layer.TABLE)
    world.settle(1)
    assert world.ask(warm, kind=KINDS[0], tags=(TAGS[0],)).outcome is CacheOutcome.TABLE
    assert world.ask(cold, kind=KINDS[1], tags=(TAGS[1],)).outcome is CacheOutcome.MISS
    assert world.ask(warm, kind=KINDS[1], tags=(TAGS[1],)).outcome is CacheOutcome.MEMORY


def test_another_workspace_keeps_its_answers(world: CacheWorld) -> None:
    process = world.process()
    world.ask(process, workspace="other")
    world.settle()
    process.invalidate("demo", "*")
    assert world.ask(process, workspace="other").outcome is CacheOutcome.MEMORY


def test_many_invalidations_become_one_of_everything(world: CacheWorld) -> None:
    warm, _ = filled(world)
    for number in range(MAX_INVALIDATIONS + 1):
        warm.invalidate("demo", f"nothing:{number}")
        world.now += 1
    state = world.tables("demo").state
    assert [item["pattern"] for item in state.query("demo#watermark")] == ["*"]
    assert set(outcomes(world, warm).values()) == {CacheOutcome.MISS}


def test_invalidations_that_no_answer_can_remember_are_removed(world: CacheWorld) -> None:
    process = world.process()
    for _ in range(3):
        process.invalidate("demo", "old")
    world.settle(7_201)
    process.invalidate("demo", "new")
    assert [item["pattern"] for item in world.tables("demo").state.query("demo#watermark")] == ["new"]


@pytest.mark.parametrize("pattern", ["", "x" * (MAX_PATTERN + 1)])
def test_nothing_is_invalidated_by_leaving_the_pattern_out(world: CacheWorld, pattern: str) -> None:
    with pytest.raises(Invalid, match="pattern: must be"):
        world.process().invalidate("demo", pattern)


def test_a_sweep_frees_the_table_and_says_how_many(world: CacheWorld) -> None:
    filled(world)
    cache = world.tables("demo").cache
    assert store.sweep(cache, "dashboard:*") == 2
    assert [json.dumps(tags) for _, tags in store.names(cache)] == ['["user:1:progress"]']
