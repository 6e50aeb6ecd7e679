"""What stands out in a window, as sentences: rules over the numbers, each with its evidence. Nobody is named."""

from typing import Any

from belvedere.boards.learning.analytics.insight_rules import IMPORTANCE, RULES
from belvedere.boards.learning.analytics.insight_window import read
from belvedere.boards.learning.analytics.requests import InsightsBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.storage.tables import Tables

AUDIENCES = {  # what concerns whom
    "educator": ("performance", "engagement", "content", "risk"),
    "administrator": ("performance", "engagement", "content", "risk"),
    "student": ("performance", "engagement", "content"),
}

Json = dict[str, Any]


async def insights(body: InsightsBody, tables: Tables, now: int) -> Json:
    """The insights of a window beside the one before, the most important first."""
    time_range = body.back(body.time_window_days, now)
    window = await read(reader_of(tables), time_range)
    wanted = [kind for kind in dict.fromkeys(body.insight_types) if kind in AUDIENCES[body.target_audience]]
    candidates = [one for kind in wanted for one in RULES[kind](window)]
    least = IMPORTANCE.index(body.importance_threshold)
    kept = [one for one in candidates if IMPORTANCE.index(one["importance"]) >= least]
    kept.sort(key=lambda one: -IMPORTANCE.index(one["importance"]))
    response: Json = {
        "time_range": time_range.to_json(),
        "target_audience": body.target_audience,
        "importance_threshold": body.importance_threshold,
        "insights": [_shown(one, body) for one in kept],
        "considered": len(candidates),
    }
    if body.include_natural_language:
        response["summary"] = " ".join(one["text"] for one in kept) or "Nothing stands out at this threshold."
    return response


def _shown(one: Json, body: InsightsBody) -> Json:
    return one if body.include_natural_language else {name: part for name, part in one.items() if name != "text"}
