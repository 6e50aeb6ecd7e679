"""The rules behind insights, each on numbers on both sides of its bounds; and the names by which insights are known."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from scipy.stats import chi2_contingency

from belvedere.boards.productivity.insights import cost, efficiency, learning, quality
from belvedere.boards.productivity.insights.insight import Insight, days_in
from belvedere.boards.productivity.insights.listing import RULES, listed
from belvedere.boards.productivity.insights.observed import Observed
from belvedere.boards.productivity.kpis.outliers import OutlyingDay
from belvedere.boards.productivity.kpis.team_stats import TeamStats
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.stats.significance import cohens_h, difference_p, effect_of
from belvedere.clock import DAY_MS, to_ms
from tests.contract.shapes import moment

TODAY = to_ms(moment("2026-11-27T00:00:00Z"))
Rule = Callable[[Observed], Iterator[Insight]]


def seen(*, sessions: dict[str, Any] | None = None, closed: dict[str, Any] | None = None, reworks: int = 0,
         **more: Any) -> Observed:  # fmt: skip
    """A team of which nothing else is known."""
    found = TeamStats(7, sessions or {}, closed or {}, reworks, sessions_by_day=more.pop("by_day", {}))
    return Observed(more.pop("scope", Scope(7)), TODAY, found, **more)


def only(rule: Rule, what: Observed) -> Insight:
    (found,) = rule(what)
    return found


def none(rule: Rule, what: Observed) -> bool:
    return not list(rule(what))


def model(
    sessions: int, *, accepted: int = 0, tracked: int = 0, usd: float = 0.0, tokens: int = 0, out: int = 0
) -> Any:
    return {"session_count": sessions, "accepted_sessions": accepted, "tracked_sessions": tracked, "total_cost": usd,
            "total_tokens": tokens, "tokens_out": out}  # fmt: skip


def compared(this: dict[str, float | None], before: dict[str, float | None]) -> Observed:
    return seen(this=this, before=before)


# Cost


@pytest.mark.parametrize(
    ("this", "rule", "impact", "actionable"),
    [(11.0, "cost-rise", "low", True), (12.5, "cost-rise", "medium", True), (20.0, "cost-rise", "high", True),
     (8.0, "cost-fall", "low", False)],
)  # fmt: skip
def test_a_tenth_of_the_cost_more_or_less_is_told(this: float, rule: str, impact: str, actionable: bool) -> None:
    found = only(cost.cost_change, compared({"total_cost": this}, {"total_cost": 10.0}))
    assert (found.rule, found.impact, found.actionable) == (rule, impact, actionable)
    assert found.evidence["change_percent"] == pytest.approx(10 * this - 100)


@pytest.mark.parametrize(("this", "before"), [(10.9, 10.0), (5.0, None), (None, 5.0), (5.0, 0.0)])
def test_without_a_cost_to_compare_with_none_is_told(this: float | None, before: float | None) -> None:
    assert none(cost.cost_change, compared({"total_cost": this}, {"total_cost": before}))


def test_a_dear_model_for_brief_answers_is_told_with_what_another_costs() -> None:
    cheap = model(60, usd=0.1, tokens=10_000, out=9_000)
    models = {"dear": model(40, usd=4.0, tokens=40_000, out=4_000), "cheap": cheap}
    total = {"session_count": 100, "total_cost": 4.1}
    found = only(cost.costly_brevity, seen(sessions=total, models=models))
    assert (found.subject, found.impact, found.evidence["cheaper_model"]) == ("dear", "high", "cheap")
    assert found.evidence["saving_usd"] == pytest.approx(4.0 - 40_000 * 0.1 / 10_000)
    assert "40% of sessions" in found.description
    assert "100 tokens" in found.description


def test_long_answers_small_differences_and_rare_models_are_no_waste() -> None:
    total, cheap = {"session_count": 100, "total_cost": 4.1}, model(60, usd=0.1, tokens=10_000, out=9_000)
    for other in (
        model(40, usd=4.0, tokens=40_000, out=40_000),
        model(40, usd=1.0, tokens=40_000, out=4_000),
        model(9, usd=4.0, tokens=40_000, out=900),
        model(40, usd=0.0, tokens=40_000, out=4_000),
    ):
        assert none(cost.costly_brevity, seen(sessions=total, models={"other": other, "cheap": cheap}))


def test_a_merge_that_costs_more_than_half_a_dollar_is_told() -> None:
    merged = {"merged_pull_requests": 4}
    assert only(cost.cost_per_merge, seen(sessions={"total_cost": 3.0}, closed=merged)).impact == "medium"
    assert only(cost.cost_per_merge, seen(sessions={"total_cost": 9.0}, closed=merged)).impact == "high"
    assert none(cost.cost_per_merge, seen(sessions={"total_cost": 2.0}, closed=merged))
    assert none(cost.cost_per_merge, seen(sessions={"total_cost": 2.0}, closed={"merged_pull_requests": 0}))


# Quality


def test_a_day_of_failures_is_known_by_its_day() -> None:
    day = TODAY - 2 * DAY_MS
    spike = OutlyingDay(day, "failed_sessions", 12, 1, 9.0)
    what = seen(outlying=[spike, OutlyingDay(day, "session_count", 90, 20, 9.0)], by_day={day: 20})
    found = only(quality.error_spike, what)
    assert (found.impact, found.name(Scope(7), what.date)) == ("high", "error-spike.2026-11-25.7d")
    assert "12 of 20 sessions" in found.description


def test_errors_above_their_goal_are_told() -> None:
    assert only(quality.error_rate, seen(sessions={"error_rate": 0.06})).impact == "medium"
    assert only(quality.error_rate, seen(sessions={"error_rate": 0.2})).impact == "high"
    assert none(quality.error_rate, seen(sessions={"error_rate": 0.05}))
    assert none(quality.error_rate, seen(sessions={"error_rate": None}))


def test_models_are_told_apart_where_it_is_no_chance() -> None:
    models = {"good": model(50, accepted=40, tracked=50), "bad": model(50, accepted=10, tracked=50)}
    found = only(quality.acceptance_by_model, seen(models=models))
    assert (found.evidence["best"], found.evidence["worst"], found.evidence["effect"]) == ("good", "bad", "large")
    assert found.evidence["cohens_h"] == pytest.approx(cohens_h(0.8, 0.2))
    few = {"good": model(12, accepted=7, tracked=12), "bad": model(12, accepted=4, tracked=12)}
    assert none(quality.acceptance_by_model, seen(models=few))
    assert none(quality.acceptance_by_model, seen(models={"good": models["good"], "rare": model(9, tracked=9)}))


def test_the_more_models_the_more_doubt() -> None:
    apart = {"best": model(30, accepted=20, tracked=30), "worst": model(30, accepted=11, tracked=30)}
    between = {f"other-{n}": model(30, accepted=15, tracked=30) for n in range(3)}
    assert list(quality.acceptance_by_model(seen(models=apart)))
    assert none(quality.acceptance_by_model, seen(models=apart | between))


def test_rework_above_its_goal_is_told() -> None:
    assert only(quality.rework, seen(closed={"closed_pull_requests": 4}, reworks=1)).impact == "medium"
    assert only(quality.rework, seen(closed={"closed_pull_requests": 4}, reworks=2)).impact == "high"
    assert none(quality.rework, seen(closed={"closed_pull_requests": 50}, reworks=11))


def test_acceptance_that_few_sessions_tell_is_said() -> None:
    assert only(quality.untracked, seen(sessions={"session_count": 10, "tracked_sessions": 4})).actionable
    assert none(quality.untracked, seen(sessions={"session_count": 10, "tracked_sessions": 5}))
    assert none(quality.untracked, seen(sessions={"session_count": 9, "tracked_sessions": 0}))


# Efficiency


def test_hours_that_hold_twice_their_share_are_told_also_over_midnight() -> None:
    found = only(efficiency.peak_hours, seen(hours={23: 10, 0: 8, 1: 2, 12: 5}))
    assert (found.evidence["from_hour"], found.evidence["to_hour"], found.evidence["share"]) == (23, 2, 0.8)
    assert none(efficiency.peak_hours, seen(hours=dict.fromkeys(range(24), 10)))
    assert none(efficiency.peak_hours, seen(hours={9: 19}))


def test_slower_sessions_are_told_where_there_are_enough_of_them() -> None:
    many = {"session_count": 20.0}
    found = only(efficiency.slower, compared({"p95_latency": 2500.0} | many, {"p95_latency": 2000.0} | many))
    assert (found.impact, found.evidence["change_percent"]) == ("medium", 25.0)
    assert none(efficiency.slower, compared({"p95_latency": 2490.0} | many, {"p95_latency": 2000.0} | many))
    few = {"session_count": 19.0}
    assert none(efficiency.slower, compared({"p95_latency": 9000.0} | few, {"p95_latency": 2000.0} | many))


def test_a_slow_median_is_told() -> None:
    assert only(efficiency.slow, seen(sessions={"p50_latency": 45_000.0})).impact == "medium"
    assert none(efficiency.slow, seen(sessions={"p50_latency": 29_000.0}))


@pytest.mark.parametrize(
    ("this", "rule", "actionable"), [(58.0, "more-tokens", True), (42.0, "fewer-tokens", False), (55.0, None, None)]
)
def test_tokens_by_line_are_compared(this: float, rule: str | None, actionable: bool | None) -> None:
    lines = {"accepted_lines": 20.0}
    what = compared({"tokens_per_accepted_line": this} | lines, {"tokens_per_accepted_line": 50.0} | lines)
    assert [(one.rule, one.actionable) for one in efficiency.tokens_by_line(what)] == (
        [(rule, actionable)] if rule else []
    )


def test_slow_merges_are_told() -> None:
    assert only(efficiency.merge_time, seen(closed={"avg_merge_hours": 41.0, "timed_merges": 2})).impact == "medium"
    assert only(efficiency.merge_time, seen(closed={"avg_merge_hours": 72.0, "timed_merges": 1})).impact == "high"
    assert none(efficiency.merge_time, seen(closed={"avg_merge_hours": 24.0}))


# Learning


@pytest.mark.parametrize(("this", "rule"), [(40, "acceptance-rise"), (5, "acceptance-fall"), (22, None)])
def test_acceptance_that_changes_by_more_than_chance_is_told(this: int, rule: str | None) -> None:
    what = compared(
        {"accepted_sessions": this, "tracked_sessions": 50}, {"accepted_sessions": 20, "tracked_sessions": 50}
    )
    assert [one.rule for one in learning.acceptance_trend(what)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("this", "before", "rule"),
    [(12, 10, "more-developers"), (8, 10, "fewer-developers"), (11, 10, None), (2, 1, None), (5, 0, None)],
)
def test_more_or_fewer_people_are_told(this: int, before: int, rule: str | None) -> None:
    what = compared({"active_developers": this}, {"active_developers": before})
    assert [one.rule for one in learning.adoption(what)] == ([rule] if rule else [])


@pytest.mark.parametrize("rule", [cost.cost_change, learning.adoption])
def test_sums_are_not_compared_with_days_in_which_the_data_began(rule: Rule) -> None:
    this, before = {"total_cost": 20.0, "active_developers": 12}, {"total_cost": 10.0, "active_developers": 6}
    assert not none(rule, seen(this=this, before=before, covered=True))
    assert none(rule, seen(this=this, before=before, covered=False))


# Proportions


def test_proportions_are_compared_as_the_textbook_has_it() -> None:
    assert cohens_h(0.5, 0.5) == 0
    assert cohens_h(1.0, 0.0) == pytest.approx(3.14159265)
    assert [effect_of(h) for h in (0.19, 0.2, -0.5, 0.8)] == ["negligible", "small", "medium", "large"]
    assert difference_p(15, 30, 5, 30) == pytest.approx(chi2_contingency([[15, 15], [5, 25]], correction=False).pvalue)
    assert difference_p(3, 3, 9, 9) == 1.0


# Names, and the list


def insight(**more: Any) -> Insight:
    given: dict[str, Any] = {
        "rule": "rework", "category": "quality", "title": "t", "description": "d", "impact": "low",
    }  # fmt: skip
    return Insight(**(given | more))


def test_the_same_finding_has_the_same_id_all_week_and_another_one_the_week_after() -> None:
    names = [insight().name(Scope(7), date(2026, 11, day)) for day in (23, 27, 29, 30)]
    assert names == ["rework.7d.2026-W48"] * 3 + ["rework.7d.2026-W49"]


def test_another_subject_window_or_repository_is_another_id() -> None:
    day = date(2026, 11, 27)
    names = {
        insight().name(Scope(7), day), insight().name(Scope(30), day), insight().name(Scope(7, "acme/api"), day),
        insight(subject="a model").name(Scope(7), day), insight(subject="another").name(Scope(7), day),
        insight(day="2026-11-25").name(Scope(7), day),
    }  # fmt: skip
    assert len(names) == 6
    assert all(name.replace(".", "").replace("-", "").isalnum() for name in names)
    assert {days_in(name) for name in names} == {7, 30}


def test_a_digest_that_looks_like_days_is_none() -> None:
    assert days_in("costly-brevity.1234567d.30d.2026-W48") == 30


@pytest.mark.parametrize("name", ["", "rework", "rework.d", "a.7d.8d", "rework.99999d", "rework.7d7", "x" * 200])
def test_what_is_no_id_names_no_days(name: str) -> None:
    assert days_in(name) is None


def test_a_team_that_did_nothing_has_no_insights() -> None:
    assert listed(seen(), TODAY) == []


def test_insights_are_listed_with_the_most_important_first_each_once_and_as_json() -> None:
    sessions = {
        "error_rate": 0.3,
        "p50_latency": 45_000.0,
        "session_count": 12,
        "tracked_sessions": 1,
        "total_cost": 3.0,
    }
    what = seen(
        sessions=sessions,
        closed={"avg_merge_hours": 72.0, "timed_merges": 1, "closed_pull_requests": 4, "merged_pull_requests": 4},
        reworks=1, this={"total_cost": 11.5}, before={"total_cost": 10.0},
    )  # fmt: skip
    found = listed(what, TODAY)
    impacts = [one["impact"] for one in found]
    assert impacts == sorted(impacts, key=["high", "medium", "low"].index)
    assert len({one["id"] for one in found}) == len(found) == 7
    assert {one["category"] for one in found} == {"cost", "quality", "efficiency"}
    json.dumps(found, allow_nan=False)
    assert len(RULES) == 15
