"""What a content's own numbers suggest to do about it. Pure."""

from collections.abc import Iterator
from typing import Any

from belvedere.boards.learning.analytics.content_measures import Key

LEAST = 5  # students before anything is recommended
HARD, HINTED, LEFT = 0.5, 0.8, 0.2
CERTAIN = 0.05

Json = dict[str, Any]


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
