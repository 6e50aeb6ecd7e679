"""How fast and sparing the work is: when it is done, how long models take, tokens by line, time to merge."""

from collections.abc import Iterator

from belvedere.boards.productivity.insights.insight import Insight, graded
from belvedere.boards.productivity.insights.observed import Observed
from belvedere.boards.productivity.kpis.kpi import MERGE_TIME

PEAK_HOURS, LEAST_PEAK, LEAST_SESSIONS = 3, 0.25, 20
LATENCY_CHANGE, TOKENS_CHANGE = 25.0, 15.0  # percent
SLOW_MS = 30_000.0
LEAST_LINES = 20


def peak_hours(seen: Observed) -> Iterator[Insight]:
    """Three hours of the day that hold twice their share of the sessions, or more."""
    total = sum(seen.hours.values())
    if total < LEAST_SESSIONS:
        return
    sums = {first: sum(seen.hours.get((first + n) % 24, 0) for n in range(PEAK_HOURS)) for first in range(24)}
    first = max(sums, key=lambda hour: (sums[hour], -hour))
    share = sums[first] / total
    if share < LEAST_PEAK:
        return
    until = (first + PEAK_HOURS) % 24
    yield Insight(
        rule="peak-hours",
        subject=str(first),
        category="efficiency",
        title=f"{100 * share:.0f}% of sessions are between {first:02d}:00 and {until:02d}:00 UTC",
        description=f"{sums[first]} of {total} sessions are in these three hours of the day.",
        impact="low",
        evidence={"from_hour": first, "to_hour": until, "share": share, "sessions": total},
    )


def slower(seen: Observed) -> Iterator[Insight]:
    """The slowest sessions take a quarter longer than before."""
    times, counts = seen.both("p95_latency"), seen.both("session_count")
    if not times or not counts or min(counts) < LEAST_SESSIONS or not times[1]:
        return
    this, before = times
    change = 100 * (this - before) / before
    if change < LATENCY_CHANGE:
        return
    yield Insight(
        rule="slower",
        category="efficiency",
        title=f"The slowest sessions take {change:.0f}% longer",
        description=(
            f"One in twenty takes {this / 1000:.1f} s or more in the last {seen.scope.days} whole days; "
            f"it was {before / 1000:.1f} s in the {seen.scope.days} before."
        ),
        impact=graded(change, 0, 100),
        actionable=True,
        evidence={"p95_latency_ms": this, "before_ms": before, "change_percent": change},
    )


def slow(seen: Observed) -> Iterator[Insight]:
    """Half of the sessions take longer than half a minute."""
    median = float(seen.stats.number("p50_latency"))
    if median < SLOW_MS:
        return
    yield Insight(
        rule="slow",
        category="efficiency",
        title=f"Half of the sessions take longer than {median / 1000:.0f} s",
        description="The goal is a median below 30 s.",
        impact=graded(median, 0, 2 * SLOW_MS),
        actionable=True,
        evidence={"median_latency_ms": median},
    )


def tokens_by_line(seen: Observed) -> Iterator[Insight]:
    """An accepted line takes more, or fewer, tokens than before."""
    tokens, lines = seen.both("tokens_per_accepted_line"), seen.both("accepted_lines")
    if not tokens or not lines or min(lines) < LEAST_LINES or not tokens[1]:
        return
    this, before = tokens
    change = 100 * (this - before) / before
    if abs(change) < TOKENS_CHANGE:
        return
    more = "more" if change > 0 else "fewer"
    yield Insight(
        rule=f"{more}-tokens",
        category="efficiency",
        title=f"An accepted line takes {abs(change):.0f}% {more} tokens",
        description=(
            f"{this:.0f} tokens in the last {seen.scope.days} whole days, {before:.0f} in the {seen.scope.days} before."
        ),
        impact=graded(change, 0, 50),
        actionable=change > 0,
        evidence={"tokens_per_accepted_line": this, "before": before, "change_percent": change},
    )


def merge_time(seen: Observed) -> Iterator[Insight]:
    """Pull requests take longer than a day to merge."""
    hours, merges = float(seen.stats.number("avg_merge_hours")), seen.stats.count("timed_merges")
    if hours <= MERGE_TIME.threshold:
        return
    yield Insight(
        rule="merge-time",
        category="efficiency",
        title=f"Pull requests take {hours:.0f} hours to merge",
        description=f"The mean of {merges} merged ones; the goal is below {MERGE_TIME.threshold:.0f} hours.",
        impact=graded(hours, 0, 2 * MERGE_TIME.threshold),
        actionable=True,
        evidence={"mean_hours": hours, "merges": merges},
    )


RULES = (peak_hours, slower, slow, tokens_by_line, merge_time)
