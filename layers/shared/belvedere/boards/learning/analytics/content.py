"""How well content works: each concept's and agent's first tries, what is gained later, hints, returns and time.

Attempts have an order only in the raw events, so these are read: the newest of the window, as many as `source.MOST`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from belvedere.boards.learning.analytics.content_measures import Content, Key, content_stats
from belvedere.boards.learning.analytics.requests import ContentBody
from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.predict.source import MOST, newest_events
from belvedere.clock import iso
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

Json = dict[str, Any]


async def content_effectiveness(body: ContentBody, tables: Tables, now: int) -> Json:
    """The contents of a window, the least successful first. Raises Invalid."""
    time_range = body.back(body.time_window_days, now)
    read = partial(newest_events, tables, time_range, slices=settings().event_slices)
    answers, hints = await in_thread(partial(read, INTERACTION)), await in_thread(partial(read, HINT))
    contents = group_by_content(body, sorted(answers, key=_moment), hints)
    numbers = {key: content_stats(content) for key, content in contents.items()}
    order = sorted(numbers, key=lambda key: (numbers[key]["success_rate"], key))
    full = len(answers) < MOST
    response: Json = {
        "time_range": time_range.to_json(),
        "analysis_depth": body.analysis_depth,
        "covered_from": iso(time_range.start if full else min(event.time for event in answers)),
        "content": [described(body, key, numbers[key]) for key in order],
    }
    if body.include_recommendations:
        response["recommendations"] = [advice for key in order for advice in recommended(key, numbers[key])]
    return response


def _moment(event: Event) -> tuple[int, str]:
    return event.time, event.id


def group_by_content(body: ContentBody, answers: Iterable[Event], hints: Iterable[Event]) -> dict[Key, Content]:
    """Contents by type and id, of those asked for; a hint counts where there are answers too."""
    contents: dict[Key, Content] = defaultdict(Content)
    for event in answers:
        for key in _keys(body, event):
            contents[key].attempts[str(event.user)].append(event)
    for event in hints:
        for key in _keys(body, event):
            if key in contents:
                contents[key].hints += 1
    return contents


def _keys(body: ContentBody, event: Event) -> Iterator[Key]:
    for kind in dict.fromkeys(body.content_types):
        name = event.properties.get(FIELDS[kind])
        if name is not None and (not body.content_ids or name in body.content_ids):
            yield kind, str(name)


def described(body: ContentBody, key: Key, numbers: Json) -> Json:
    """One content's numbers, as deep as asked; what it is about is always there."""
    wanted = {"basic": BASIC, "standard": STANDARD}.get(body.analysis_depth, tuple(numbers))
    return {"content_type": key[0], "content_id": key[1]} | {measure: numbers[measure] for measure in wanted}


def recommended(key: Key, numbers: Json) -> Iterator[Json]:
    """What a content's own numbers suggest, each with the number that says so; nothing of fewer than five students."""
    about = {"content_type": key[0], "content_id": key[1]}
    if numbers["students"] < LEAST:
        return
    if numbers["success_interval"][1] < HARD:
        yield about | _advice("success_rate", numbers, "fails more often than not: check what it takes for granted")
    if numbers["gain"] is not None and numbers["gain"] < 0 and numbers["gain_p_value"] < CERTAIN:
        yield about | _advice(
            "gain", numbers, "later tries go worse than first ones: practice alone does not help here"
        )
    if numbers["hint_rate"] > HINTED:
        yield about | _advice("hint_rate", numbers, "nearly every try needs a hint: explain more before the first one")
    if numbers["return_rate"] < LEFT and numbers["eventual_success"] < HARD:
        yield about | _advice("return_rate", numbers, "few come back to it though it is not done: bring it up again")


def _advice(measure: str, numbers: Json, text: str) -> Json:
    return {"measure": measure, "value": numbers[measure], "recommendation": text}
