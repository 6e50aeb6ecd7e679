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
    candidates = [insight for kind in wanted for insight in RULES[kind](window)]
    least = IMPORTANCE.index(body.importance_threshold)
    insights = [insight for insight in candidates if IMPORTANCE.index(insight["importance"]) >= least]
    insights.sort(key=lambda insight: -IMPORTANCE.index(insight["importance"]))
    response: Json = {
        "time_range": time_range.to_json(),
        "target_audience": body.target_audience,
        "importance_threshold": body.importance_threshold,
        "insights": [_shown(insight, body) for insight in insights],
        "considered": len(candidates),
    }
    if body.include_natural_language:
        texts = " ".join(insight["text"] for insight in insights)
        response["summary"] = texts or "Nothing stands out at this threshold."
    return response


def _shown(insight: Json, body: InsightsBody) -> Json:
    if body.include_natural_language:
        return insight
    return {name: value for name, value in insight.items() if name != "text"}
