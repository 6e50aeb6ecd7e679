"""Keeps the endpoint functions warm: a schedule's event becomes one warm-up each, and its answer says whether it is."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from belvedere.observability import WARM_UP_SOURCE, first_call, logger
from belvedere.settings import settings
from belvedere.storage.client import lambda_answering

AT_ONCE = 4  # a new account runs ten functions at once, and somebody may want one
WAIT_S = 15.0  # a cold start takes a second or two
WARM_UP = orjson.dumps({"source": WARM_UP_SOURCE})


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Warm the functions named in WARM_FUNCTIONS; one that fails does not keep the others cold."""
    names = [name.strip() for name in settings().warm_functions.split(",") if name.strip()]
    failed = _failures(names)
    report: dict[str, Any] = {"warmed": len(names) - len(failed), "failed": failed}
    log = logger().error if failed else logger().info
    log("warm-up sent", function="ops.warm", cold_start=first_call(), **report)
    return report


def _failures(names: Sequence[str]) -> list[str]:
    lambda_answering(WAIT_S)  # made here once: making a client is not safe in threads, using one is
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [name for name, warmed in zip(names, pool.map(_warm, names), strict=True) if not warmed]


def _warm(name: str) -> bool:
    try:
        answer = lambda_answering(WAIT_S).invoke(FunctionName=name, Payload=WARM_UP)
    except Exception:
        logger().exception("could not warm", function=name)
        return False
    if failed := answer.get("FunctionError"):
        logger().error("could not warm", function=name, error=failed)
    return not failed
