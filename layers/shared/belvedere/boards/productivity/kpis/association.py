"""How the sessions of a day go with the commits some days later: pairs of days, and what is told of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from belvedere.boards.productivity.stats.correlation import METHODS, correlations, tellable
from belvedere.boards.productivity.stats.significance import METHOD, adjusted
from belvedere.clock import DAY_MS
from belvedere.errors import Unavailable
from belvedere.observability import logger
from belvedere.settings import settings
from belvedere.storage.client import lambda_answering
from belvedere.storage.threads import in_thread

MAX_LAG = 7
WAIT_S = 20.0  # a cold start with scipy takes a few
LEAST_SIGNIFICANT, ALPHA = 6, 0.05
EFFECTS = ((0.5, "large"), (0.3, "medium"), (0.1, "small"), (0.0, "negligible"))
LABEL = "ai_outcome_{}"

Days = Mapping[int, int]
Pairs = tuple[list[int], list[int]]


def paired(sessions: Days, commits: Days, lag: int, *, fill: bool = False) -> Pairs:
    """x: the sessions of days, y: the commits `lag` days after each. Days are starts of UTC days, epoch milliseconds.

    A pair takes both of its days in the data. With `fill`, a day without any is a 0, from the first day on which
    anything happened to the last one.
    """
    known = sorted(sessions.keys() | commits.keys())
    ahead = lag * DAY_MS
    if fill:
        days = list(range(known[0], known[-1] + 1 - ahead, DAY_MS)) if known else []
    else:
        days = [day for day in known if day in sessions and day + ahead in commits]
    return [sessions.get(day, 0) for day in days], [commits.get(day + ahead, 0) for day in days]


async def associated(pairs: Pairs) -> dict[str, Any]:
    """What `correlations` tells of pairs, from the function that has scipy; here, where there is no such function.

    Nobody is asked where nothing can be told. Raises Unavailable when that function fails.
    """
    x, y = pairs
    function = settings().association_function
    if not function or not tellable(x, y):
        return await in_thread(lambda: correlations(x, y))
    return await in_thread(lambda: _by_invoke(function, x, y))


def _by_invoke(function: str, x: Sequence[int], y: Sequence[int]) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = lambda_answering(WAIT_S).invoke(FunctionName=function, Payload=msgspec.json.encode({"x": x, "y": y}))
        payload = answer["Payload"].read()
    except (BotoCoreError, ClientError) as error:
        raise _unavailable(str(error)) from error
    if "FunctionError" in answer:
        raise _unavailable(payload.decode(errors="replace"))
    return dict(msgspec.json.decode(payload))


def _unavailable(why: str) -> Unavailable:
    logger().error("association failed", why=why[:1_000])
    return Unavailable("the correlations cannot be worked out now; ask again", headers={"Retry-After": "5"})


def adjustment(result: Mapping[str, Any]) -> dict[str, Any]:
    """The p-values of the methods, adjusted for their number, by `ai_outcome_<method>`."""
    judged = [method for method in METHODS if result[method]["p_value"] is not None]
    p_values = {LABEL.format(method): result[method]["p_value"] for method in judged}
    return {"method": METHOD, "adjusted": adjusted(p_values)}


def metrics_of(result: Mapping[str, Any], count: int, lag: int) -> list[dict[str, Any]]:
    """The documented CorrelationMetric of each method, with its name, interval and adjusted p-value."""
    p_adjusted = adjustment(result)["adjusted"]
    return [_metric(method, result[method], count, lag, p_adjusted.get(LABEL.format(method))) for method in METHODS]


def _metric(
    method: str, correlation: Mapping[str, Any], count: int, lag: int, p_adjusted: float | None
) -> dict[str, Any]:
    significant = count >= LEAST_SIGNIFICANT and p_adjusted is not None and p_adjusted < ALPHA
    return {
        "variable1": "ai_sessions",
        "variable2": "commits",
        "r": correlation["r"],
        "p_value": correlation["p_value"],
        "count": count,
        "lag_days": lag,
        "significant": significant,
        "effect_size": effect_size(correlation["r"]),
        "method": method,
        "p_value_adjusted": p_adjusted,
        "confidence_interval": correlation["confidence_interval"],
    }


def effect_size(r: float | None) -> str | None:
    """How large a correlation is called: J. Cohen, *Statistical Power Analysis*, 1988, takes .1, .3 and .5."""
    return None if r is None else next(name for least, name in EFFECTS if abs(r) >= least)
