"""How well content works: each concept's and agent's first tries, what is gained later, hints, returns and time.

Attempts have an order only in the raw events, so these are read: the newest of the window, as many as `source.MOST`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from belvedere.boards.learning.analytics.requests import ContentBody
from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.predict.source import MOST, newest_events
from belvedere.boards.learning.stats.effect import of_proportions
from belvedere.boards.learning.stats.series import line
from belvedere.boards.learning.stats.wilson import wilson
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS, iso
from belvedere.ingest.event import Event
from belvedere.settings import settings
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

FIELDS = {"concept": "concept", "agent": "agent_type"}
BASIC = ("interactions", "students", "success_rate", "first_try_success", "later_success", "gain")
STANDARD = (*BASIC, "hint_rate", "return_rate", "avg_response_time", "success_interval")
LEAST = 5  # students before anything is recommended
HARD, HINTED, LEFT = 0.5, 0.8, 0.2
CERTAIN = 0.05

Told = dict[str, Any]
Key = tuple[str, str]  # content type and id


@dataclass
class Content:
    """What students did with one piece of content, in order of time."""

    attempts: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    hints: int = 0

    def answers(self) -> list[Event]:
        """All attempts of all students."""
        return [event for own in self.attempts.values() for event in own]


async def content_effectiveness(body: ContentBody, mine: Tables, now: int) -> Told:
    """The contents of a window, the least successful first. Raises Invalid."""
    part = body.back(body.time_window_days, now)
    read = partial(newest_events, mine, part, slices=settings().event_slices)
    answers, hints = await in_thread(partial(read, INTERACTION)), await in_thread(partial(read, HINT))
    found = gathered(body, sorted(answers, key=_moment), hints)
    numbers = {key: measured(one) for key, one in found.items()}
    order = sorted(numbers, key=lambda key: (numbers[key]["success_rate"], key))
    full = len(answers) < MOST
    told: Told = {
        "time_range": part.to_json(),
        "analysis_depth": body.analysis_depth,
        "covered_from": iso(part.start if full else min(event.time for event in answers)),
        "content": [described(body, key, numbers[key]) for key in order],
    }
    if body.include_recommendations:
        told["recommendations"] = [one for key in order for one in recommended(key, numbers[key])]
    return told


def _moment(event: Event) -> tuple[int, str]:
    return event.time, event.id


def gathered(body: ContentBody, answers: Iterable[Event], hints: Iterable[Event]) -> dict[Key, Content]:
    """Contents by type and id, of those asked for; a hint counts where there are answers too."""
    found: dict[Key, Content] = defaultdict(Content)
    for event in answers:
        for key in _keys(body, event):
            found[key].attempts[str(event.user)].append(event)
    for event in hints:
        for key in _keys(body, event):
            if key in found:
                found[key].hints += 1
    return found


def _keys(body: ContentBody, event: Event) -> Iterator[Key]:
    for kind in dict.fromkeys(body.content_types):
        name = event.properties.get(FIELDS[kind])
        if name is not None and (not body.content_ids or name in body.content_ids):
            yield kind, str(name)


def described(body: ContentBody, key: Key, numbers: Told) -> Told:
    """One content's numbers, as deep as asked; what it is about is always there."""
    wanted = {"basic": BASIC, "standard": STANDARD}.get(body.analysis_depth, tuple(numbers))
    return {"content_type": key[0], "content_id": key[1]} | {measure: numbers[measure] for measure in wanted}


def measured(content: Content) -> Told:
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
    known = [one for one in tries if one is not None]
    return sum(known) / len(known) if known else None


def _trend(answers: Sequence[Event]) -> Told | None:
    """The daily success rate's line; None for fewer than three days."""
    by_day: dict[int, list[Event]] = defaultdict(list)
    for event in answers:
        by_day[event.time // DAY_MS].append(event)
    days = sorted(by_day)
    rates = [_share(_good(event) for event in by_day[day]) for day in days]
    found = line([float(day - days[0]) for day in days], rates)
    if found is None:
        return None
    return {"slope": found.slope, "confidence_interval": [found.low, found.high], "p_value": found.p_value}


def recommended(key: Key, told: Told) -> Iterator[Told]:
    """What a content's own numbers suggest, each with the number that says so; nothing of fewer than five students."""
    about = {"content_type": key[0], "content_id": key[1]}
    if told["students"] < LEAST:
        return
    if told["success_interval"][1] < HARD:
        yield about | _advice("success_rate", told, "fails more often than not: check what it takes for granted")
    if told["gain"] is not None and told["gain"] < 0 and told["gain_p_value"] < CERTAIN:
        yield about | _advice("gain", told, "later tries go worse than first ones: practice alone does not help here")
    if told["hint_rate"] > HINTED:
        yield about | _advice("hint_rate", told, "nearly every try needs a hint: explain more before the first one")
    if told["return_rate"] < LEFT and told["eventual_success"] < HARD:
        yield about | _advice("return_rate", told, "few come back to it though it is not done: bring it up again")


def _advice(measure: str, told: Told, text: str) -> Told:
    return {"measure": measure, "value": told[measure], "recommendation": text}
