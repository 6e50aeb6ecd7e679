"""What the board watches for: students who fail, repeat an error, lose interest, or stand still.

The four rules, with the thresholds and cool-downs of the contract; a workspace may replace them in its Directory.
"""

from collections.abc import Sequence
from typing import Any

from belvedere.boards.learning.events import INTERACTION
from belvedere.boards.learning.stats.engagement import engagement
from belvedere.boards.learning.stats.mastery import masteries
from belvedere.boards.learning.stats.progress import overall_score
from belvedere.boards.learning.students import StudentDay, student_days
from belvedere.boards.learning.tally import added
from belvedere.clock import DAY_MS
from belvedere.query.planner.filters import In
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.realtime.alerts.evaluator import AlertSource, Readings
from belvedere.realtime.alerts.rules import AlertRule, MetricReading
from belvedere.realtime.channel import Moment
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import floor
from belvedere.time_ranges import TimeRange

EVIDENCE_DAYS = 30
PLATEAU_DAYS = 7
SUCCESS, REPEATED, ENGAGED, PLATEAU = "success_rate", "repeated_error", "engagement_score", "plateau_mastery"

RULES = (
    AlertRule(rule_id="low_success", metric=SUCCESS, comparison="<", threshold=0.4, at_least=5, cool_down_s=1_800,
         hysteresis=0.1, severity="warning", title="Low success rate"),
    AlertRule(rule_id="repeated_error", metric=REPEATED, comparison=">=", threshold=3, at_least=3, cool_down_s=900,
         severity="warning", title="The same error again"),
    AlertRule(rule_id="low_engagement", metric=ENGAGED, comparison="<", threshold=0.3, window_days=EVIDENCE_DAYS,
         at_least=5, cool_down_s=2_700, hysteresis=0.05, severity="warning", title="Low engagement"),
    AlertRule(rule_id="plateau", metric=PLATEAU, comparison="<", threshold=0.7, window_days=PLATEAU_DAYS, at_least=10,
         cool_down_s=3_600, hysteresis=0.05, severity="info", title="No progress"),
)  # fmt: skip
STILL = 0.02  # a change of mastery below this is none


async def read(moment: Moment, user: str, rules: Sequence[AlertRule]) -> Readings:
    """Each rule's reading for one student: one read of the student's days, one of the errors where they are asked."""
    today = floor(moment.now, Grain.DAY)
    longest = max([EVIDENCE_DAYS, *(rule.window_days for rule in rules)])
    reader = Reader(moment.tables.rollups, moment.tables.state, consistent=True)
    days = await student_days(reader, user, _last(longest, today))
    errors = await _errors(reader, user, rules, today)
    return {rule.rule_id: _reading(rule, days, errors.get(rule.rule_id), today) for rule in rules}


def describe(rule: AlertRule, reading: MetricReading, user: str) -> str:
    """What happened, in a sentence."""
    days = "today" if rule.window_days == 1 else f"in {rule.window_days} days"
    match rule.metric:
        case "success_rate":
            return f"{user} succeeded in {reading.value:.0%} of {reading.events} interactions {days}"
        case "repeated_error":
            return f"{user} met the error '{reading.about}' {reading.events} times {days}"
        case "engagement_score":
            return f"the engagement of {user} is {reading.value:.2f}"
    return f"the mastery of {user} stands at {reading.value:.2f} after {reading.events} interactions {days}"


def _last(days: int, today: int) -> TimeRange:
    return TimeRange(today - (days - 1) * DAY_MS, today + DAY_MS)


def _reading(
    rule: AlertRule, days: Sequence[StudentDay], error: MetricReading | None, today: int
) -> MetricReading | None:
    since = _last(rule.window_days, today).start
    window = [day for day in days if day.day >= since]
    tally = added(day.total for day in window)
    match rule.metric:
        case "success_rate":
            return None if tally.success_rate is None else MetricReading(tally.success_rate, tally.attempts)
        case "repeated_error":
            return error
        case "engagement_score":
            return MetricReading(engagement(window).score, tally.attempts)
    return _plateau(rule, days, today, tally.attempts)


def _plateau(rule: AlertRule, days: Sequence[StudentDay], today: int, attempts: int) -> MetricReading | None:
    """The mastery now, of a student who has worked for the whole window without moving it; None for any other."""
    since = _last(rule.window_days, today).start
    before = [day for day in days if day.day < since]
    if not before:
        return None
    now, then = (overall_score(masteries(worked, today)) for worked in (days, before))
    return MetricReading(now, attempts) if abs(now - then) < STILL else MetricReading(1.0, attempts)


async def _errors(reader: Reader, user: str, rules: Sequence[AlertRule], today: int) -> dict[str, MetricReading]:
    """The most frequent type of error in each window that a rule asks for, by rule id."""
    readings: dict[str, MetricReading] = {}
    for rule in rules:
        if rule.metric == REPEATED:
            selection: dict[str, Any] = {"metrics": ("interaction_count",), "range": _last(rule.window_days, today)}
            result = await answer(
                Question(board="learning", group_by=("error_type",), filters=In("user", (user,)), **selection), reader
            )
            counts = [
                (int(point.metrics["interaction_count"] or 0), point.dims["error_type"]) for point in result.points
            ]
            if counts:
                number, kind = max(counts)
                readings[rule.rule_id] = MetricReading(float(number), number, kind)
    return readings


WATCHED = AlertSource(board="learning", event_types=(INTERACTION,), metrics=(SUCCESS, REPEATED, ENGAGED, PLATEAU),
                  rules=RULES, read=read, describe=describe)  # fmt: skip
