"""What a student has done so far, as the model sees it: counts, in whole, lately and today.

The same numbers come of single events in order and of a student's day rows, because nothing here depends on the order
within a day. So the model is trained on events and asked about rollups, and both mean the same.
"""

import math
from dataclasses import dataclass, field

DAILY_WEIGHT = 0.95  # what happened a days ago weighs 0.95^a in what is recent

FEATURES = (
    "one",
    "concept_successes",
    "concept_failures",
    "concept_recent",
    "concept_successes_today",
    "concept_failures_today",
    "overall_success",
    "recent_change",
    "concept_hints_today",
    "hint_share",
    "days_away",
    "recent_activity",
)
FACTORS = {  # what a reader is told, and the features that add up to it
    "concept_mastery": FEATURES[1:6],
    "overall_success": FEATURES[6:7],
    "learning_velocity": FEATURES[7:8],
    "hint_use": FEATURES[8:10],
    "engagement_trend": FEATURES[10:12],
}
CONCEPT_DIFFICULTY = "concept_difficulty"  # the concept's own effect: no feature, but a factor

Vector = tuple[float, ...]


@dataclass(slots=True)
class Counts:
    """Successes, failures and hints: ever, with older days weighing less, and on the last day there was anything."""

    successes: int = 0
    failures: int = 0
    hints: int = 0
    recent_successes: float = 0.0
    recent_failures: float = 0.0
    recent_hints: float = 0.0
    successes_today: int = 0
    failures_today: int = 0
    hints_today: int = 0
    day: int | None = None

    def on(self, day: int) -> int:
        """Let days pass up to `day` (days since the epoch); how many passed, 0 at the first."""
        passed = 0 if self.day is None else day - self.day
        if passed > 0:
            weight = DAILY_WEIGHT**passed
            self.recent_successes *= weight
            self.recent_failures *= weight
            self.recent_hints *= weight
            self.successes_today = self.failures_today = self.hints_today = 0
        self.day = day
        return passed

    def add(self, successes: int, failures: int, hints: int) -> None:
        """Count what happened on the present day."""
        self.successes += successes
        self.failures += failures
        self.hints += hints
        self.recent_successes += successes
        self.recent_failures += failures
        self.recent_hints += hints
        self.successes_today += successes
        self.failures_today += failures
        self.hints_today += hints


@dataclass(slots=True)
class History:
    """One student. Days only go forward. Something without a concept counts for the student alone."""

    whole: Counts = field(default_factory=Counts)
    concepts: dict[str, Counts] = field(default_factory=dict)
    away: int = 0

    def add(self, day: int, concept: str | None, *, successes: int = 0, failures: int = 0, hints: int = 0) -> None:
        """Count something that happened on a day."""
        self._on(day)
        self.whole.add(successes, failures, hints)
        if concept is not None:
            own = self.concepts.setdefault(concept, Counts())
            own.on(day)
            own.add(successes, failures, hints)

    def features(self, day: int, concept: str | None) -> Vector:
        """FEATURES of the next interaction, on a day and with a concept."""
        self._on(day)
        own = self.concepts.get(concept, None) if concept is not None else None
        own = own or Counts()
        own.on(day)
        whole, log = self.whole, math.log1p
        overall = log(whole.successes) - log(whole.failures)
        recent = log(whole.recent_successes) - log(whole.recent_failures)
        attempts = whole.recent_successes + whole.recent_failures
        return (
            1.0,
            log(own.successes),
            log(own.failures),
            log(own.recent_successes) - log(own.recent_failures),
            log(own.successes_today),
            log(own.failures_today),
            overall,
            recent - overall,
            log(own.hints_today),
            whole.recent_hints / (attempts + whole.recent_hints + 2.0),
            log(self.away),
            log(attempts),
        )

    def _on(self, day: int) -> None:
        """Let days pass; `away` is how many lay between the present active day and the one before."""
        passed = self.whole.on(day)
        if passed:
            self.away = passed
