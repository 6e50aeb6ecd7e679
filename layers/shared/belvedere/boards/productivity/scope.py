"""What a question about the team is limited to: days, and perhaps one repository; and which models its policy wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.window import window
from belvedere.lists import values
from belvedere.query.planner.filters import Filter, all_in
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class Scope:
    """`days` back from today, of one repository where it is named; `policy` are the models that should be used."""

    days: int
    repo: str | None = None
    policy: tuple[str, ...] = ()

    @property
    def filters(self) -> Filter:
        """The repository in the engine's words. Raises Invalid for a name that is too long."""
        return all_in({"repo_slug": (self.repo,) if self.repo else ()})

    def window(self, now: int) -> TimeRange:
        """The days in the engine's words."""
        return window(self.days, now)

    def resolved(self, now: int) -> dict[str, Any]:
        """All that an answer in this scope depends on at a moment."""
        time_range = self.window(now)
        return {"start": time_range.start, "end": time_range.end, "repo": self.repo, "policy": sorted(self.policy)}


def policy_of(named: Iterable[str] | None, default: str) -> tuple[str, ...]:
    """The models that a caller names, else those of the deployment (a comma list). Raises Invalid for too many."""
    return values(named, "policy_model") or values([default], "POLICY_MODELS")
