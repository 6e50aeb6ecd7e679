"""A request that is wrong does not count against its caller, unless finding that out took much reading."""

from typing import Any

import pytest

from belvedere.errors import Forbidden, Invalid
from belvedere.http import Endpoint, Response
from belvedere.limits import limiter as limits
from belvedere.limits.bucket import RateLimitDecision
from belvedere.limits.limiter import CountedRequest
from belvedere.limits.rules import rule_named
from belvedere.storage.meter import current_meter
from tests.unit.http.lambda_requests import ask


class Counting:
    """Counts everybody, and notes whose token was given back."""

    def __init__(self) -> None:
        self.returned: list[str] = []

    async def count(self, rule: Any, workspace: str, who: str) -> CountedRequest:
        return CountedRequest(rule, RateLimitDecision(True, rule.limit - 1, 0), workspace, who, 0)

    async def give_back(self, passed: CountedRequest) -> CountedRequest:
        self.returned.append(passed.who)
        return passed


@pytest.mark.parametrize(
    ("error", "units", "returned"),
    [
        (Invalid("no"), 0.0, True),
        (Invalid("no"), 9.5, True),
        (Invalid("no"), 10.0, False),
        (Forbidden("no"), 0.0, False),
    ],
)
def test_a_token_is_given_back_for_what_took_no_work(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, error: Exception, units: float, returned: bool
) -> None:
    counting = Counting()
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "true")
    monkeypatch.setattr(limits, "limiter", lambda: counting)
    endpoint = Endpoint("test.counted", scope="read", limit=rule_named("aggregation").name)

    @endpoint.get("/things")
    async def things() -> Response:
        meter = current_meter()
        assert meter is not None
        meter.record("Query", {"ConsumedCapacity": {"CapacityUnits": units}})
        raise error

    ask(endpoint, path="/things", headers={"X-API-Key": keys["read"]})
    assert bool(counting.returned) == returned
