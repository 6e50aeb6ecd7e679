"""An endpoint's declaration of what it keeps, and the function that asks it again."""

import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

import cache.refresh
from belvedere.cache import store
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.cache.query_sampling import sample_query
from belvedere.cache.request import CacheOutcome
from belvedere.cache.serve import Cache
from belvedere.clock import DAY_MS
from tests.worlds.cache import CacheWorld


@dataclass(frozen=True)
class Question:
    """What somebody asks."""

    days: int
    users: tuple[str, ...] = ()


def resolve(question: Question, now: int) -> Mapping[str, Any]:
    return {"from": now // DAY_MS - question.days, "users": sorted(question.users)}


async def compute(workspace: str, question: Question, now: int) -> Computed:
    return Computed({"workspace": workspace, "days": question.days, "now": now}, question.days)


QUERY = CachedQuery(
    kind="a:view",
    policy=Policy(ttl_s=300, stale_s=600),
    request_type=Question,
    resolve=resolve,
    compute=compute,
    tags=lambda question: question.users,
)


@pytest.fixture
def process(world: CacheWorld, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """The process of the refresh function."""
    process = world.process(refreshes=True)
    monkeypatch.setattr("belvedere.cache.cached_query.cache", lambda: process)
    monkeypatch.setattr("belvedere.usage.measure.ledger", lambda: None)
    monkeypatch.setattr(cache.refresh, "tables", world.tables)
    monkeypatch.setattr(cache.refresh, "now_ms", lambda: world.now)
    monkeypatch.setattr(cache.refresh, "QUERIES", {"a:view": "a.module"})
    monkeypatch.setitem(sys.modules, "a.module", SimpleNamespace(QUERY=QUERY))
    return process


def ask(question: Question, **more: Any) -> Any:
    return asyncio.run(QUERY.answer("demo", question, **more))


def test_questions_that_resolve_to_the_same_share_an_answer(process: Cache, world: CacheWorld) -> None:
    assert ask(Question(7, ("b", "a"))).outcome is CacheOutcome.MISS
    assert ask(Question(7, ("a", "b"))).outcome is CacheOutcome.MEMORY
    assert ask(Question(8, ("a", "b"))).outcome is CacheOutcome.MISS
    assert ask(Question(7, ("b", "a")), personal="ada").outcome is CacheOutcome.MISS


def test_tomorrow_the_same_question_is_another_request(process: Cache, world: CacheWorld) -> None:
    ask(Question(7))
    world.settle(86_400)
    assert ask(Question(7)).outcome is CacheOutcome.MISS


def test_what_was_shown_stale_is_worked_out_again_by_its_own_query(process: Cache, world: CacheWorld) -> None:
    ask(Question(7, ("ada",)))
    world.settle(301)
    assert ask(Question(7, ("ada",))).outcome is CacheOutcome.STALE
    event = msgspec.json.decode(world.started[0])
    assert cache.refresh.handler(event, None) == {"refreshed": 1, "left": 0}
    refreshed = store.fetch(world.tables("demo").cache, ask(Question(7, ("ada",))).name)
    assert refreshed
    assert (refreshed.computed_at, refreshed.tags) == (world.now, ("ada",))


def test_a_refresh_whose_lease_is_lost_is_left(process: Cache) -> None:
    job = {"workspace": "demo", "kind": "a:view", "request": {"days": 7}, "name": "n", "token": "lost"}
    assert cache.refresh.handler({"refresh": [job]}, None) == {"refreshed": 0, "left": 1}


def test_the_schedule_asks_what_every_workspace_asks_most(
    process: Cache, world: CacheWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache.refresh, "workspace_names", lambda: ["demo", "other"])
    sample_query(world.tables("demo").cache, "a:view", {"days": 7}, world.now)
    sample_query(world.tables("other").cache, "a:view", {"days": 8}, world.now)
    sample_query(world.tables("other").cache, "nobody:declares", {"days": 8}, world.now)
    sample_query(world.tables("other").cache, "a:view", {"from an older": "release"}, world.now)
    assert cache.refresh.handler({"source": "aws.scheduler"}, None) == {"warmed": 2, "failed": 2}
    assert ask(Question(7)).outcome is CacheOutcome.MEMORY


def test_a_warm_up_warms_and_does_nothing_else(process: Cache) -> None:
    assert cache.refresh.handler({"source": "belvedere.warm-up"}, None)["warm"] == "cache.refresh"


def test_every_kind_leads_to_the_query_that_declares_it() -> None:
    for kind in cache.refresh.QUERIES:
        query = cache.refresh.query_of(kind)
        assert query.kind == kind


def test_a_summary_can_be_asked_again_as_it_was_asked() -> None:
    query = cache.refresh.query_of("dashboard:summary")
    request = query.request_type(preset="7d", user_ids=("b", "a"))
    assert query.replayed(msgspec.json.decode(msgspec.json.encode(request))) == request


def test_summaries_of_one_day_are_one_request_and_of_two_days_are_two() -> None:
    query = cache.refresh.query_of("dashboard:summary")
    now = 1_750_000_000_000
    week = query.request_type(preset="7d", user_ids=("b", "a"))
    assert query.resolve(week, now) == query.resolve(query.request_type(preset="7d", user_ids=("a", "b")), now + 1)
    assert query.resolve(week, now) != query.resolve(week, now + DAY_MS)
    assert query.resolve(week, now) != query.resolve(query.request_type(preset="7d", user_ids=("a",)), now)
    assert query.resolve(week, now) != query.resolve(query.request_type(preset="7d", agent_types=("a", "b")), now)


def test_every_query_that_an_endpoint_declares_can_be_refreshed() -> None:
    root = Path(__file__).parents[3]
    declaring = {
        ".".join(path.relative_to(root / folder).with_suffix("").parts)
        for folder in ("functions", "layers/shared")
        for path in (root / folder).rglob("*.py")
        if re.search(r"^QUERY = ", path.read_text(), re.M)
    }
    assert set(cache.refresh.QUERIES.values()) == declaring
