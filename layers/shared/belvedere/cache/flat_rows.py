"""The one cached query behind all flat-row routes: the same question is kept once, whichever panel asks it."""

from typing import Any

import orjson

from belvedere.cache.body_query import BodyRequest, body_query
from belvedere.cache.policy import Policy
from belvedere.cache.request import CachedAnswer
from belvedere.query.planner.request import QueryBody, question_of
from belvedere.query.reader.flat import flat_rows

QUERY = body_query("flat", Policy(ttl_s=300, stale_s=600), QueryBody, question_of, flat_rows)


async def flat_answer(workspace: str, body: QueryBody) -> tuple[list[dict[str, Any]], CachedAnswer]:
    """The rows, and how they were served."""
    cached = await QUERY.answer(workspace, BodyRequest.of(body))
    return orjson.loads(cached.entry.body)["rows"], cached
