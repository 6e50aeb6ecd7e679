"""What tries of one piece of content tell of it: first ones, later ones, hints, returns and time. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from belvedere.boards.learning.stats.effect import of_proportions
from belvedere.boards.learning.stats.series import line
from belvedere.boards.learning.stats.wilson import wilson
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS
from belvedere.ingest.event import Event

Json = dict[str, Any]
Key = tuple[str, str]  # content type and id


@dataclass
class Content:
    """What students did with one piece of content, in order of time."""

    attempts: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    hints: int = 0

    def answers(self) -> list[Event]:
        """All attempts of all students."""
        return [event for own in self.attempts.values() for event in own]


def content_stats(content: Content) -> Json:
    """Every measure. First tries are the first of each student in the window, later ones all others."""
    answers = content.answers()
    first = _tally(own[0] for own in content.attempts.values())
    whole = _tally(answers)
    later = whole - first
    gain = of_proportions(later, first)
    days = [len({event.time // DAY_MS for event in own}) for own in content.attempts.values()]
    times = [float(ms) for event in answers if (ms := event.properties.get("execution_time_ms")) is not None]
    interval = wilson(whole.successes, whole.attempts)
    return {
        "interactions": whole.attempts,
        "students": len(content.attempts),
        "success_rate": whole.success_rate,
        "first_try_success": first.success_rate,
        "later_success": later.success_rate,
        "gain": gain.value,
        "hint_rate": content.hints / whole.attempts,
        "return_rate": sum(n > 1 for n in days) / len(days),
        "avg_response_time": math.fsum(times) / len(times) if times else None,
        "success_interval": [interval.low, interval.high],
        "gain_interval": None if gain.low is None else [gain.low, gain.high],
        "gain_p_value": gain.p_value,
        "eventual_success": _share(any(_good(event) for event in own) for own in content.attempts.values()),
        "attempts_to_success": _mean_tries(content.attempts.values()),
        "daily_trend": _trend(answers),
    }


def _tally(events: Iterable[Event]) -> Tally:
    outcomes = [_good(event) for event in events]
    return Tally(len(outcomes), sum(outcomes))


def _good(event: Event) -> bool:
    return bool(event.properties["success"])


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / len(listed)


def _mean_tries(attempts: Iterable[Sequence[Event]]) -> float | None:
    """How many attempts it took those who succeeded."""
    tries = [next((i for i, event in enumerate(own, 1) if _good(event)), None) for own in attempts]
    known = [number for number in tries if number is not None]
    return sum(known) / len(known) if known else None


def _trend(answers: Sequence[Event]) -> Json | None:
    """The daily success rate's line; None for fewer than three days."""
    by_day: dict[int, list[Event]] = defaultdict(list)
    for event in answers:
        by_day[event.time // DAY_MS].append(event)
    days = sorted(by_day)
    rates = [_share(_good(event) for event in by_day[day]) for day in days]
    fitted = line([float(day - days[0]) for day in days], rates)
    if fitted is None:
        return None
    return {"slope": fitted.slope, "confidence_interval": [fitted.low, fitted.high], "p_value": fitted.p_value}
