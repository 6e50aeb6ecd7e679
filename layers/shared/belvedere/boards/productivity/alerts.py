"""What the board watches for: developers who spend more than a budget, and assistants that fail them.

A workspace may replace both rules in its Directory, and add rules on the same metrics.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from belvedere.boards.productivity.events import SESSION
from belvedere.boards.productivity.rollup_tables import BY_USER, NANO
from belvedere.clock import DAY_MS
from belvedere.query.reader.entity_cells import Cell, entity_cells
from belvedere.query.reader.read import Reader
from belvedere.realtime.alerts.evaluator import AlertSource, Readings
from belvedere.realtime.alerts.rules import AlertRule, MetricReading
from belvedere.realtime.channel import Moment
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import floor
from belvedere.time_ranges import TimeRange

COST, ERRORS, ACCEPTANCE = "total_cost", "error_rate", "acceptance_rate"

RULES = (
    AlertRule(rule_id="daily_budget", metric=COST, comparison=">", threshold=25.0, cool_down_s=3_600,
         severity="warning", title="Daily budget exceeded"),
    AlertRule(rule_id="high_error_rate", metric=ERRORS, comparison=">", threshold=0.2, at_least=20, cool_down_s=1_800,
         hysteresis=0.05, severity="error", title="High error rate"),
)  # fmt: skip


async def read(moment: Moment, user: str, rules: Sequence[AlertRule]) -> Readings:
    """Each rule's reading for one developer: one read of as many days as the longest window has."""
    today = floor(moment.now, Grain.DAY)
    days = max((rule.window_days for rule in rules), default=1)
    time_range = TimeRange(today - (days - 1) * DAY_MS, today + DAY_MS)
    reader = Reader(moment.tables.rollups, moment.tables.state)
    cells = await entity_cells(reader, BY_USER, user, time_range)
    return {rule.rule_id: reading(rule, cells, today) for rule in rules}


def reading(rule: AlertRule, cells: Iterable[Cell], today: int) -> MetricReading | None:
    """A rule's metric over the last days of its window, of a developer's cells; None where there is nothing to say."""
    since, total = today - (rule.window_days - 1) * DAY_MS, Counter[str]()
    for cell in cells:
        if cell.tag == "h" and cell.day >= since:
            total[cell.measure] += cell.number
    sessions, tracked = total["count"], total["accepted_n"]
    match rule.metric:
        case "total_cost":
            return MetricReading(total["cost"] / NANO, sessions) if sessions else None
        case "error_rate":
            return MetricReading(total["failed"] / sessions, sessions) if sessions else None
    return MetricReading(total["accepted"] / tracked, tracked) if tracked else None


def describe(rule: AlertRule, reading: MetricReading, user: str) -> str:
    """What happened, in a sentence."""
    days = "today" if rule.window_days == 1 else f"in {rule.window_days} days"
    match rule.metric:
        case "total_cost":
            return f"{user} spent {reading.value:.2f} USD on {reading.events} sessions {days}"
        case "error_rate":
            return f"{reading.value:.0%} of {reading.events} sessions of {user} failed {days}"
    return f"{user} accepted {reading.value:.0%} of {reading.events} suggestions {days}"


WATCHED = AlertSource(board="productivity", event_types=(SESSION,), metrics=(COST, ERRORS, ACCEPTANCE), rules=RULES,
                  read=read, describe=describe)  # fmt: skip
