"""What sessions cost: whether that changes, which model is dear for what it writes, what a merge costs."""

from collections.abc import Iterator

from belvedere.boards.productivity.insights.insight import Insight, graded
from belvedere.boards.productivity.insights.observed import Observed
from belvedere.boards.productivity.kpis.team_stats import Numbers

LEAST_CHANGE = 10.0  # percent
LEAST_SESSIONS = 10  # of a model, to say anything of it
DEARER, BRIEF = 3.0, 200.0  # times the price of a token; tokens of an answer
DEAR_MERGE_USD = 0.5


def cost_change(seen: Observed) -> Iterator[Insight]:
    """Another tenth or more of what as many days before cost."""
    costs = seen.both_sums("total_cost")
    if not costs or not costs[1]:
        return
    this, before = costs
    change = 100 * (this - before) / before
    if abs(change) < LEAST_CHANGE:
        return
    days, word = seen.scope.days, "rose" if change > 0 else "fell"
    yield Insight(
        rule="cost-rise" if change > 0 else "cost-fall",
        category="cost",
        title=f"Cost {word} by {abs(change):.0f}%",
        description=f"{this:.2f} USD in the last {days} whole days, {before:.2f} USD in the {days} before.",
        impact=graded(abs(change), 25, 50),
        actionable=change > 0,
        evidence={"cost_usd": this, "before_usd": before, "change_percent": change},
    )


def costly_brevity(seen: Observed) -> Iterator[Insight]:
    """A model whose tokens cost three times those of another one in use, and whose answers are brief."""
    prices = token_prices(seen)
    if len(prices) < 2 or not (seen.stats.count("session_count") and seen.stats.number("total_cost")):
        return  # of the totals, what is read a moment before the models may have nothing yet
    cheapest = min(prices, key=lambda model: (prices[model], model))
    for model, price in sorted(prices.items()):
        times, answer = price / prices[cheapest], _tokens_out(seen.models[model])
        if times >= DEARER and answer <= BRIEF:
            yield _brief(seen, model, cheapest, times, answer)


def token_prices(seen: Observed) -> dict[str, float]:
    """USD a token of the models with enough sessions, and with a price at all."""
    used = {
        model: float(numbers["total_cost"] or 0) / tokens
        for model, numbers in seen.models.items()
        if (numbers["session_count"] or 0) >= LEAST_SESSIONS and (tokens := float(numbers["total_tokens"] or 0))
    }
    return {model: price for model, price in used.items() if price}


def _tokens_out(numbers: Numbers) -> float:
    """Of an answer, on average; of a model with sessions."""
    return float(numbers["tokens_out"] or 0) / int(numbers["session_count"] or 1)


def _brief(seen: Observed, model: str, cheapest: str, times: float, answer: float) -> Insight:
    count, spent = int(seen.models[model]["session_count"] or 0), float(seen.models[model]["total_cost"] or 0)
    share, saved = count / seen.stats.count("session_count"), spent * (1 - 1 / times)
    return Insight(
        rule="costly-brevity",
        subject=model,
        category="cost",
        title=f"{model} is used for brief answers",
        description=(
            f"{100 * share:.0f}% of sessions use it, for answers of {answer:.0f} tokens on average, at "
            f"{times:.1f} times the price of {cheapest}: a difference of {saved:.2f} USD."
        ),
        impact=graded(saved / seen.stats.number("total_cost"), 0.2, 0.5),
        actionable=True,
        evidence={"model": model, "cheaper_model": cheapest, "sessions": count, "mean_tokens_out": answer,
                  "price_ratio": times, "saving_usd": saved},
    )  # fmt: skip


def cost_per_merge(seen: Observed) -> Iterator[Insight]:
    """More than half a dollar of sessions for each merged pull request."""
    merged, cost = seen.stats.count("merged_pull_requests"), float(seen.stats.number("total_cost"))
    if not merged or cost / merged <= DEAR_MERGE_USD:
        return
    yield Insight(
        rule="cost-per-merge",
        category="cost",
        title=f"A merged pull request costs {cost / merged:.2f} USD",
        description=f"{cost:.2f} USD of sessions and {merged} merged; the goal is below {DEAR_MERGE_USD:.2f} USD each.",
        impact=graded(cost / merged, 0, 4 * DEAR_MERGE_USD),
        actionable=True,
        evidence={"cost_usd": cost, "merged_pull_requests": merged, "cost_per_merge_usd": cost / merged},
    )


RULES = (cost_change, costly_brevity, cost_per_merge)
