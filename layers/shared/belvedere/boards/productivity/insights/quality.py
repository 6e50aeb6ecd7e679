"""How good the work is: failures, which model's suggestions are kept, what is undone, what is not tracked."""

from collections.abc import Iterator
from itertools import combinations

from belvedere.boards.productivity.insights.insight import Insight, graded
from belvedere.boards.productivity.insights.observed import Observed
from belvedere.boards.productivity.kpis.kpi import ERRORS, REWORK
from belvedere.boards.productivity.stats.significance import cohens_h, difference_p, effect_of
from belvedere.clock import iso

LEAST_TRACKED = 10  # sessions of a model, to compare its acceptance
LEAST_SESSIONS, LEAST_SHARE_TRACKED = 10, 0.5
SMALL_H, ALPHA = 0.2, 0.05


def error_spike(seen: Observed) -> Iterator[Insight]:
    """A day with far more failures than usual."""
    for spike in seen.outlying:
        if spike.measure != "failed_sessions" or spike.score < 0:
            continue
        sessions = seen.stats.sessions_by_day.get(spike.day, 0)
        share = spike.value / sessions if sessions else 0.0
        day = iso(spike.day)[:10]
        yield Insight(
            rule="error-spike",
            day=day,
            category="quality",
            title=f"Many sessions failed on {day}",
            description=f"{spike.value:.0f} of {sessions} sessions failed; usual are {spike.usual:g} a day.",
            impact=graded(share, 0, 0.2),
            actionable=True,
            evidence={"failed": spike.value, "sessions": sessions, "usual": spike.usual, "robust_score": spike.score},
        )


def error_rate(seen: Observed) -> Iterator[Insight]:
    """More than one session in twenty fails."""
    rate = 100 * float(seen.stats.number("error_rate"))
    if rate <= ERRORS.threshold:
        return
    failed, sessions = seen.stats.count("failed_sessions"), seen.stats.count("session_count")
    yield Insight(
        rule="error-rate",
        category="quality",
        title=f"{rate:.0f}% of sessions fail",
        description=f"{failed} of {sessions} sessions had a status of 400 or more; the goal is below 5%.",
        impact=graded(rate, 0, 20),
        actionable=True,
        evidence={"failed": failed, "sessions": sessions, "error_rate_percent": rate},
    )


def acceptance_by_model(seen: Observed) -> Iterator[Insight]:
    """The most and the least accepted model, where they differ by more than chance, for as many pairs as there are."""
    by_model = {
        model: (int(numbers["accepted_sessions"] or 0), int(numbers["tracked_sessions"] or 0))
        for model, numbers in seen.models.items()
        if int(numbers["tracked_sessions"] or 0) >= LEAST_TRACKED
    }
    if len(by_model) < 2:
        return
    ranked = sorted(by_model, key=lambda model: (by_model[model][0] / by_model[model][1], model))
    worst, best = ranked[0], ranked[-1]
    high, low = (by_model[model][0] / by_model[model][1] for model in (best, worst))
    pairs = len(list(combinations(by_model, 2)))
    h, p = cohens_h(high, low), min(1.0, pairs * difference_p(*by_model[best], *by_model[worst]))  # Bonferroni
    if h < SMALL_H or p >= ALPHA:
        return
    yield Insight(
        rule="acceptance-by-model",
        subject=f"{best}\n{worst}",
        category="quality",
        title=f"{best} is accepted more often than {worst}",
        description=(
            f"{100 * high:.0f}% of {by_model[best][1]} sessions against {100 * low:.0f}% of {by_model[worst][1]}: "
            f"a {effect_of(h)} effect (Cohen's h {h:.2f}, p {p:.2g})."
        ),
        impact=graded(h, 0.5, 0.8),
        actionable=True,
        evidence={"best": best, "worst": worst, "best_rate": high, "worst_rate": low, "effect": effect_of(h),
                  "cohens_h": h, "p_value_adjusted": p},
    )  # fmt: skip


def rework(seen: Observed) -> Iterator[Insight]:
    """More closings are undone than should be."""
    rate, closed = 100 * seen.stats.rework_rate, seen.stats.count("closed_pull_requests")
    if rate <= REWORK.threshold:
        return
    yield Insight(
        rule="rework",
        category="quality",
        title=f"{rate:.0f}% of closed pull requests are reopened",
        description=f"{seen.stats.reworks} of {closed} within 21 days; the goal is below {REWORK.threshold:.0f}%.",
        impact=graded(rate, 0, 40),
        actionable=True,
        evidence={"reworks": seen.stats.reworks, "closed": closed, "rework_rate_percent": rate},
    )


def untracked(seen: Observed) -> Iterator[Insight]:
    """Most sessions do not tell whether they were accepted, so rates are of the few that do."""
    sessions, tracked = seen.stats.count("session_count"), seen.stats.count("tracked_sessions")
    if sessions < LEAST_SESSIONS or tracked / sessions >= LEAST_SHARE_TRACKED:
        return
    yield Insight(
        rule="untracked",
        category="quality",
        title="Most sessions do not tell whether they were accepted",
        description=f"{tracked} of {sessions} do; acceptance and tokens by line are about these alone.",
        impact="low",
        actionable=True,
        evidence={"tracked": tracked, "sessions": sessions},
    )


RULES = (error_spike, error_rate, acceptance_by_model, rework, untracked)
