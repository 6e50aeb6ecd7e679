"""How a team learns to work with assistants: whether suggestions are kept more often, and how many people use them."""

from collections.abc import Iterator

from belvedere.boards.productivity.insights.insight import Insight, graded
from belvedere.boards.productivity.insights.observed import Observed
from belvedere.boards.productivity.stats.significance import cohens_h, difference_p, effect_of

LEAST_TRACKED, ALPHA = 10, 0.05
LEAST_PEOPLE, LEAST_CHANGE = 2, 20.0


def acceptance_trend(seen: Observed) -> Iterator[Insight]:
    """Suggestions are kept more, or less, often than before, by more than chance."""
    accepted, tracked = seen.both("accepted_sessions"), seen.both("tracked_sessions")
    if not accepted or not tracked or min(tracked) < LEAST_TRACKED:
        return
    this, before = (count / whole for count, whole in zip(accepted, tracked, strict=True))
    p = difference_p(int(accepted[0]), int(tracked[0]), int(accepted[1]), int(tracked[1]))
    if p >= ALPHA:
        return
    h, up = cohens_h(this, before), this > before
    yield Insight(
        rule="acceptance-rise" if up else "acceptance-fall",
        category="learning",
        title=f"Suggestions are accepted {'more' if up else 'less'} often",
        description=(
            f"{100 * this:.0f}% of {tracked[0]:.0f} sessions in the last {seen.scope.days} whole days, "
            f"{100 * before:.0f}% of {tracked[1]:.0f} in the {seen.scope.days} before: "
            f"a {effect_of(h)} effect (Cohen's h {h:.2f}, p {p:.2g})."
        ),
        impact=graded(abs(h), 0.5, 0.8),
        actionable=not up,
        evidence={"acceptance_rate": this, "before": before, "cohens_h": h, "p_value": p},
    )


def adoption(seen: Observed) -> Iterator[Insight]:
    """More, or fewer, developers use assistants: by two people and a fifth at least."""
    people = seen.both_sums("active_developers")
    if not people or not people[1]:
        return
    this, before = people
    change = 100 * (this - before) / before
    if abs(this - before) < LEAST_PEOPLE or abs(change) < LEAST_CHANGE:
        return
    more = "More" if change > 0 else "Fewer"
    yield Insight(
        rule=f"{more.lower()}-developers",
        category="learning",
        title=f"{more} developers use assistants",
        description=f"{this:.0f} in the last {seen.scope.days} whole days, {before:.0f} in as many before.",
        impact=graded(abs(change), 50, 100),
        actionable=change < 0,
        evidence={"developers": this, "before": before, "change_percent": change},
    )


RULES = (acceptance_trend, adoption)
