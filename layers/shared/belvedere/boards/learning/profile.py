"""One student as the statistics see them, over the days of a range: progress, masteries, engagement, outlook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from belvedere.boards.learning.stats.distribution import bucket, outcome
from belvedere.boards.learning.stats.engagement import WINDOW_DAYS, Engagement, engagement
from belvedere.boards.learning.stats.mastery import Mastery, masteries
from belvedere.boards.learning.students import StudentDay, student_days
from belvedere.boards.learning.tally import Tally, added, by_name
from belvedere.clock import DAY_MS
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class Profile:
    """A student's days in a range, and those of the 30 days that end with it; `today` weighs most."""

    user: str
    days: Sequence[StudentDay]
    recent: Sequence[StudentDay]
    today: int

    @cached_property
    def total(self) -> Tally:
        """All of the range."""
        return added(day.total for day in self.days)

    @cached_property
    def agents(self) -> Mapping[str, Tally]:
        """The range by agent."""
        return by_name(pair for day in self.days for pair in day.agents.items())

    @cached_property
    def masteries(self) -> list[Mastery]:
        """Every concept attempted in the range, by name."""
        return masteries(self.days, self.today)

    @cached_property
    def engagement(self) -> Engagement:
        """Over the 30 days that end with the range."""
        return engagement(self.recent)

    def outlook(self, total: Tally) -> tuple[float, str] | None:
        """The outcome and its bucket, for what this student did of some total; None of nothing."""
        rate = total.success_rate
        if rate is None:
            return None
        score = outcome(rate, self.engagement.score)
        return score, bucket(score)


def reach(time_range: TimeRange) -> TimeRange:
    """The days that a profile of a range is made of."""
    return TimeRange(min(time_range.start, time_range.end - WINDOW_DAYS * DAY_MS), time_range.end)


async def profile(reader: Reader, user: str, time_range: TimeRange, now: int) -> Profile:
    """The profile of one student over whole hours. One query."""
    return of_days(user, await student_days(reader, user, reach(time_range)), time_range, now)


def of_days(user: str, days: Sequence[StudentDay], time_range: TimeRange, now: int) -> Profile:
    """The profile of a student whose days were read already."""
    recent = TimeRange(ceil(time_range.end - WINDOW_DAYS * DAY_MS, Grain.DAY), time_range.end)
    return Profile(
        user,
        _within(days, time_range),
        _within(days, recent),
        floor(min(now, time_range.end - 1), Grain.DAY),
    )


def _within(days: Sequence[StudentDay], time_range: TimeRange) -> list[StudentDay]:
    """The days of a range on which the student did something in it."""
    touched = (
        day.within(time_range) for day in days if day.day < time_range.end and time_range.start < day.day + DAY_MS
    )
    return [day for day in touched if day.total.attempts]
