"""The five dashboard questions, as the engine and as SQL engines are asked them.

They are asked two hours after the last of the 30 days, so ranges begin and end inside days, and all 30 are sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Order, Question
from belvedere.query.reader.answer import Answer
from belvedere.time_ranges import TimeRange
from bench import data

BOARD = "learning"
NOW = data.END + 2 * HOUR_MS
BUCKETS = {"1h": HOUR_MS, "1d": DAY_MS}
COLUMNS = {"agent_type": "agent", "user": "user_id"}
MEASURES = {
    "interaction_count": "count(*)",
    "unique_users": "count(DISTINCT user_id)",
    "success_rate": "sum(success) * 1.0 / count(*)",
    "avg_response_time": "avg(duration)",
}

Group = tuple[int | str, ...]  # (bucket start, dimension values)
Result = dict[Group, tuple[float, ...]]


@dataclass(frozen=True)
class BenchQuery:
    """One question."""

    name: str
    metrics: tuple[str, ...]
    time_range: TimeRange
    granularity: str | None = None
    by: tuple[str, ...] = ()
    top: int | None = None

    def question(self) -> Question:
        """In the engine's words."""
        return Question(
            board=BOARD, metrics=self.metrics, range=self.time_range, group_by=self.by, limit=self.top,
            granularity=GRANULARITIES[self.granularity] if self.granularity else None,
            order=(Order(self.metrics[0]),) if self.top else (),
        )  # fmt: skip

    def sql(self, dialect: Mapping[str, str]) -> str:
        """In SQL; a dialect says how integers are divided and, where it can, how a quantile is asked for."""
        width = BUCKETS.get(self.granularity or "")
        start = f"time {dialect['divide']} {width} * {width}" if width else str(self.time_range.start)
        groups = [start, *(COLUMNS[name] for name in self.by)]
        measures = [{**MEASURES, **dialect}[name] for name in self.metrics if name in MEASURES or name in dialect]
        text = f"SELECT {', '.join(groups + measures)} FROM events WHERE {self.where()}"
        text += f" GROUP BY {', '.join(str(i + 1) for i in range(len(groups)))}"
        if self.top:
            text += f" ORDER BY {len(groups) + 1} DESC, {len(groups)} LIMIT {self.top}"
        return text

    def where(self) -> str:
        """The part of the raw events that counts."""
        return f"workspace = '{WORKSPACE}' AND time >= {self.time_range.start} AND time < {self.time_range.end}"


WORKSPACE = "bench"
_LAST_WEEK = TimeRange(NOW - 7 * DAY_MS, NOW)
_SERIES = ("interaction_count", "unique_users", "avg_response_time")

QUESTIONS = (
    BenchQuery("summary 7d", (*_SERIES, "success_rate", "p95_response_time"), _LAST_WEEK),
    BenchQuery("series 24h", _SERIES, TimeRange(NOW - DAY_MS, NOW), "1h"),
    BenchQuery("series 7d", _SERIES, _LAST_WEEK, "1h"),
    BenchQuery("agent x day", ("interaction_count", "unique_users", "success_rate"),
          TimeRange(data.END - 7 * DAY_MS, data.END), "1d", ("agent_type",)),
    BenchQuery("top users 30d", ("interaction_count", "success_rate"), TimeRange(data.START, data.END), None,
          ("user",), 10),
)  # fmt: skip


def result_of(query: BenchQuery, answer: Answer) -> Result:
    """The engine's answer in the form in which answers are compared: without the empty buckets that it fills in."""
    return {
        (point.start, *(point.dims[name] for name in query.by)): tuple(
            float(point.metrics[name] or 0) for name in query.metrics
        )
        for point in answer.points
        if point.metrics["interaction_count"]
    }
