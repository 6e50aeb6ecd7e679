"""Many requests share one write, and no more of them pass than the limit says."""

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.clock import MINUTE_MS
from belvedere.limits.bucket import BucketState, RateLimitDecision, decide, take
from belvedere.limits.lots import Lots
from belvedere.limits.rules import RULES as ENGINE_RULES
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.storage.table import WorkspaceTable

NOON = 1_767_268_800_000
RULE = RateLimitRule("of-the-test", 60, 20, MINUTE_MS, lot=5)


class Table:
    """Buckets without a table, shared by all processes of a test; counts what would be written."""

    def __init__(self) -> None:
        self.used: dict[str, BucketState] = {}
        self.writes = 0

    def take(self, table: WorkspaceTable, rule: RateLimitRule, who: str, now: int) -> RateLimitDecision:
        verdict = decide(rule, self.used.get(who), now)
        if verdict.allowed:
            self.used[who], self.writes = take(rule, self.used.get(who), now), self.writes + 1
        return verdict


@pytest.fixture
def table() -> Table:
    return Table()


def process(table: Table) -> Lots:
    lots = Lots()
    lots._buckets = table  # type: ignore[assignment]
    return lots


def ask(lots: Lots, now: int = NOON, who: str = "ann", rule: RateLimitRule = RULE) -> RateLimitDecision:
    workspace = WorkspaceTable(None, "cache", "acme")
    return lots.spend(rule, "acme", who, now) or lots.take(workspace, rule, who, now)


def test_a_lot_is_one_write(table: Table) -> None:
    lots = process(table)
    answers = [ask(lots) for _ in range(20)]
    assert [one.remaining for one in answers] == [*range(59, 39, -1)]
    assert (all(one.allowed for one in answers), table.writes) == (True, 4)
    assert not ask(lots).allowed


def test_however_many_processes_share_a_caller_no_more_pass_than_the_limit(table: Table) -> None:
    processes = [process(table) for _ in range(7)]
    passed = sum(ask(one, NOON + second * 1_000).allowed for second in range(60) for one in processes)
    assert passed <= RULE.limit


def test_what_is_left_of_a_lot_ends_with_its_period(table: Table) -> None:
    lots = process(table)
    ask(lots)
    assert lots.spend(RULE, "acme", "ann", NOON + MINUTE_MS) is None
    assert ask(lots, NOON + MINUTE_MS).remaining == 59


def test_each_caller_has_lots_of_their_own(table: Table) -> None:
    lots = process(table)
    ask(lots)
    assert lots.spend(RULE, "acme", "bob", NOON) is None
    assert lots.spend(RULE, "another", "ann", NOON) is None


def test_what_is_given_back_may_be_spent_again(table: Table) -> None:
    lots, workspace = process(table), WorkspaceTable(None, "cache", "acme")
    ask(lots)
    returned = lots.give_back(workspace, RULE, "ann", NOON, NOON)
    assert returned is not None
    assert returned.remaining == 60
    assert lots.give_back(workspace, RULE, "nobody", NOON, NOON) is None


@pytest.mark.parametrize("rule", [*ENGINE_RULES.values(), *CATALOG.rate_limits.values()], ids=lambda rule: rule.name)
def test_every_limit_is_whole_lots(rule: RateLimitRule) -> None:
    assert (rule.limit % rule.lot, rule.burst % rule.lot) == (0, 0)
    assert rule.by_lots.step_ms > 0
