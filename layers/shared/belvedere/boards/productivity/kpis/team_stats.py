"""Statistics of a team over a window: what KPIs and reports are computed from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from belvedere.boards.productivity.kpis import kpi as kpis
from belvedere.boards.productivity.kpis.kpi import Kpi, KpiValue
from belvedere.boards.productivity.sessions.span import Span
from belvedere.query.reader.answer import Number

Numbers = Mapping[str, Number]
Days = Mapping[int, int]


@dataclass(frozen=True)
class TeamStats:
    """Metrics of a window by their names; sessions, commits and timed merges by the start of their UTC day (no zeros).

    `fitting` are the sessions whose model is one of the policy's; None where there is no policy.
    """

    days: int
    sessions: Numbers
    closed: Numbers
    reworks: int
    sessions_by_day: Days = field(default_factory=dict)
    commits_by_day: Days = field(default_factory=dict)
    merges_by_day: Days = field(default_factory=dict)
    fitting: int | None = None
    span: Span | None = None
    as_of: int | None = None

    def number(self, name: str) -> float:
        """A metric of sessions or closings; 0 where there is nothing to tell."""
        return (self.sessions.get(name) if name in self.sessions else self.closed.get(name)) or 0

    def count(self, name: str) -> int:
        """A counting metric."""
        return int(self.number(name))

    @property
    def sessions_per_hour(self) -> float:
        """Sessions over the hours from the first to the last one, at least one hour."""
        return self.count("session_count") / self.span.hours if self.span else 0.0

    @property
    def accuracy(self) -> float | None:
        """The share of sessions whose model the policy names; None without a policy, or sessions."""
        sessions = self.count("session_count")
        return None if self.fitting is None or not sessions else self.fitting / sessions

    @property
    def merged_per_week(self) -> float:
        """Merged pull requests over the weeks of the window."""
        return self.count("merged_pull_requests") / (self.days / 7)

    @property
    def commits(self) -> int:
        """All commits."""
        return sum(self.commits_by_day.values())

    @property
    def commits_per_day(self) -> float:
        """Commits over the days that had some."""
        return self.commits / len(self.commits_by_day) if self.commits_by_day else 0.0

    @property
    def rework_rate(self) -> float:
        """The share of closings that were undone within 21 days."""
        closed = self.count("closed_pull_requests")
        return self.reworks / closed if closed else 0.0


def kpi_values(stats: TeamStats) -> dict[str, KpiValue]:
    """The nine KPIs of a team's statistics, by name."""
    sessions, closed = stats.count("session_count"), stats.count("closed_pull_requests")
    readings: tuple[tuple[Kpi, float, int], ...] = (
        (kpis.VELOCITY, stats.sessions_per_hour, sessions),
        (kpis.ACCEPTANCE, 100 * stats.number("acceptance_rate"), stats.count("tracked_sessions")),
        (kpis.ACCURACY, 100 * (stats.accuracy or 0.0), 0 if stats.accuracy is None else sessions),
        (kpis.ERRORS, 100 * stats.number("error_rate"), sessions),
        (kpis.TOKENS, stats.number("tokens_per_accepted_line"), stats.count("accepted_lines")),
        (kpis.THROUGHPUT, stats.merged_per_week, closed),
        (kpis.COMMITS, stats.commits_per_day, stats.commits),
        (kpis.MERGE_TIME, stats.number("avg_merge_hours"), stats.count("timed_merges")),
        (kpis.REWORK, 100 * stats.rework_rate, closed),
    )
    return {kpi.name: KpiValue(kpi, float(value), sample) for kpi, value, sample in readings}
