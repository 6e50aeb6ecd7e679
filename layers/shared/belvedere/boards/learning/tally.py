"""What interactions add up to: attempts, successes, and the time they took. Tallies add; rates are finished last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from belvedere.boards.learning.rollup_tables import RESPONSE_TIME_SCALE

MEASURES = {"count": "attempts", "success": "successes", "response_time": "time_us", "response_time_n": "timed"}


@dataclass(frozen=True)
class Tally:
    """Interactions, those that went well, their execution times in microseconds, and how many report one."""

    attempts: int = 0
    successes: int = 0
    time_us: int = 0
    timed: int = 0

    @classmethod
    def of(cls, counters: Mapping[str, int]) -> "Tally":
        """A tally of a rollup row's counters."""
        return cls(**{field: counters.get(counter, 0) for counter, field in MEASURES.items()})

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.attempts + other.attempts,
            self.successes + other.successes,
            self.time_us + other.time_us,
            self.timed + other.timed,
        )

    def __sub__(self, other: "Tally") -> "Tally":
        return self + Tally(-other.attempts, -other.successes, -other.time_us, -other.timed)

    @property
    def success_rate(self) -> float | None:
        """Successes over attempts; None without attempts."""
        return self.successes / self.attempts if self.attempts else None

    @property
    def avg_ms(self) -> float | None:
        """Mean execution time of the interactions that report one; None when none does."""
        return self.time_us / self.timed / RESPONSE_TIME_SCALE if self.timed else None


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    return sum(tallies, Tally())


def by_name(pairs: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    """Tallies added up by name; names without attempts are left out."""
    totals: dict[str, Tally] = defaultdict(Tally)
    for name, tally in pairs:
        totals[name] += tally
    return {name: tally for name, tally in totals.items() if tally.attempts}
