"""What simulated deliveries add up to, counted exactly: what a stack that got nothing else has to answer."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from belvedere_cli.demo.timeline import TimedEvent

INTERACTION = "learning.interaction"


@dataclass
class TrueTotals:
    """Totals of one cell. `users` are those with an interaction; hints alone make no one active."""

    interactions: int = 0
    successes: int = 0
    execution_ms: int = 0
    hints: int = 0
    users: set[str] = field(default_factory=set)

    @property
    def success_rate(self) -> float | None:
        """Share of interactions that succeeded; None without any."""
        return self.successes / self.interactions if self.interactions else None

    @property
    def mean_ms(self) -> float | None:
        """Mean duration of an interaction; None without any. Every simulated interaction has one."""
        return self.execution_ms / self.interactions if self.interactions else None


@dataclass
class GroundTruth:
    """Totals of everything, and of each hour (`2026-01-05T10`), day (`2026-01-05`) and agent, all in UTC."""

    everything: TrueTotals = field(default_factory=TrueTotals)
    hours: dict[str, TrueTotals] = field(default_factory=lambda: defaultdict(TrueTotals))
    days: dict[str, TrueTotals] = field(default_factory=lambda: defaultdict(TrueTotals))
    agents: dict[str, TrueTotals] = field(default_factory=lambda: defaultdict(TrueTotals))
    repeats: int = 0

    def observe(self, delivery: TimedEvent) -> None:
        """Count a delivery; a repeat counts as nothing but a repeat."""
        if delivery.repeat:
            self.repeats += 1
            return
        event = delivery.event
        moment = datetime.fromtimestamp(int(event.time) / 1000, UTC).isoformat()
        agent = str(event.properties["agent_type"])
        for totals in (self.everything, self.hours[moment[:13]], self.days[moment[:10]], self.agents[agent]):
            if event.type == INTERACTION:
                totals.interactions += 1
                totals.successes += event.properties["success"]
                totals.execution_ms += event.properties["execution_time_ms"]
                totals.users.add(str(event.user))
            else:
                totals.hints += 1

    def summary(self) -> str:
        """The totals of everything, in one line."""
        total = self.everything
        rate = "-" if total.success_rate is None else f"{total.success_rate:.1%}"
        return (
            f"{total.interactions:,} interactions, {total.successes:,} successes ({rate}), "
            f"{len(total.users):,} learners, {len(self.agents)} agents, {total.hints:,} hints, {self.repeats:,} repeats"
        )
