"""What a content's own numbers suggest to do about it. Pure."""

from collections.abc import Iterator
from typing import Any

from belvedere.boards.learning.analytics.content_measures import Key

LEAST = 5  # students before anything is recommended
HARD, HINTED, LEFT = 0.5, 0.8, 0.2
CERTAIN = 0.05

Json = dict[str, Any]


def recommended(key: Key, told: Json) -> Iterator[Json]:
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


def _advice(measure: str, told: Json, text: str) -> Json:
    return {"measure": measure, "value": told[measure], "recommendation": text}
