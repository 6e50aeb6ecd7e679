"""What every answer carries, whether it is good news or bad."""

import json

import msgspec
import pytest

from belvedere.http import CallerDep, Endpoint, Request, Response, stage
from belvedere.storage.meter import current_meter
from tests.unit.http.lambda_requests import Answer, ask

BOARD_HEADERS = {"X-API-Version": "2.0.0", "X-Dashboard-API": "A-Board"}


class Shape(msgspec.Struct):
    """An answer that is not a plain dict."""

    total: int


def an_endpoint(scope: str | None = None) -> Endpoint:
    endpoint = Endpoint("a.board", scope=scope, headers=BOARD_HEADERS, cache_type="a_thing", fresh_s=300, stale_s=600)

    @endpoint.get("/thing")
    async def thing(fail: bool = False) -> Response:
        if fail:
            raise KeyError("a secret of the code")
        meter = current_meter()
        assert meter is not None
        meter.record("Query", {"ConsumedCapacity": {"CapacityUnits": 2.5}})
        meter.record("PutItem", {"ConsumedCapacity": {"CapacityUnits": 1.0}})
        with stage("query"):
            payload = {"total": 3}
        return endpoint.answer(payload, cache_key="abc123")

    return endpoint


def test_a_good_answer_is_the_bytes_that_were_made() -> None:
    answer = ask(an_endpoint())
    assert (answer.status, answer.body) == (200, b'{"total":3}')
    assert answer.headers["content-type"] == "application/json"
    assert not answer.base64


@pytest.mark.parametrize("query", ["", "fail=true"])
def test_every_answer_tells_its_identity_time_units_and_cost(query: str) -> None:
    headers = ask(an_endpoint(), query=query).headers
    for name in ("x-request-id", "server-timing", "x-read-units", "x-write-units", "x-cost-nano-usd"):
        assert headers[name]
    assert float(headers["x-processing-time"]) >= 0
    assert headers["x-response-time"].endswith("s")
    assert float(headers["x-average-response-time"]) >= 0


@pytest.mark.parametrize("query", ["", "fail=true"])
def test_every_answer_carries_the_boards_headers_and_the_security_headers(query: str) -> None:
    headers = ask(an_endpoint(), query=query).headers
    assert headers["x-api-version"] == "2.0.0"
    assert headers["x-dashboard-api"] == "A-Board"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-xss-protection"] == "1; mode=block"
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert headers["permissions-policy"] == "camera=(), microphone=(), geolocation=()"


def test_units_come_from_what_the_tables_reported() -> None:
    headers = ask(an_endpoint()).headers
    assert (headers["x-read-units"], headers["x-write-units"]) == ("2.5", "1")


def test_server_timing_names_the_stages_and_the_total() -> None:
    timing = ask(an_endpoint()).headers["server-timing"]
    assert [part.split(";")[0] for part in timing.split(", ")] == ["query", "total"]


def test_cache_headers_go_with_good_answers_only() -> None:
    good, bad = ask(an_endpoint()).headers, ask(an_endpoint(), query="fail=true").headers
    assert (good["x-cache-type"], good["x-cache-key"]) == ("a_thing", "abc123")
    assert "x-cache-type" not in bad
    assert "x-cache-key" not in bad


def test_answers_to_a_key_are_private_and_vary_by_it(keys: dict[str, str]) -> None:
    headers = ask(an_endpoint(scope="read"), headers={"x-api-key": keys["read"]}).headers
    assert headers["cache-control"] == "private, max-age=300, stale-while-revalidate=600"
    assert headers["vary"] == "Accept-Encoding, X-API-Key, Authorization"


def test_answers_to_anybody_are_public() -> None:
    headers = ask(an_endpoint()).headers
    assert headers["cache-control"] == "public, max-age=300, stale-while-revalidate=600"
    assert headers["vary"] == "Accept-Encoding"


def test_failures_are_not_kept() -> None:
    assert ask(an_endpoint(), query="fail=true").headers["cache-control"] == "no-store"


def test_an_answer_without_a_promised_freshness_is_asked_for_again_each_time(keys: dict[str, str]) -> None:
    endpoint = Endpoint("fresh", scope="read")

    @endpoint.get("/thing")
    async def thing() -> Response:
        return endpoint.answer({})

    assert ask(endpoint, headers={"x-api-key": keys["read"]}).headers["cache-control"] == "private, no-cache"


def echo() -> Endpoint:
    endpoint = Endpoint("an.echo", scope="write")

    @endpoint.post("/thing")
    async def thing(request: Request, caller: CallerDep) -> Response:
        body = await request.body()
        return endpoint.answer({"size": len(body), "text": body.decode(), "workspace": caller.workspace})

    return endpoint


def post(keys: dict[str, str], body: bytes, *, as_base64: bool) -> Answer:
    return ask(echo(), method="POST", headers={"x-api-key": keys["write"]}, body=body, as_base64=as_base64)


@pytest.mark.parametrize("as_base64", [False, True])
def test_a_posted_body_arrives_as_it_was_sent(keys: dict[str, str], as_base64: bool) -> None:
    answer = post(keys, "{'naïve': 1}".encode(), as_base64=as_base64)
    assert answer.json == {"size": 13, "text": "{'naïve': 1}", "workspace": "acme"}


def test_answers_to_a_post_are_neither_kept_nor_tagged(keys: dict[str, str]) -> None:
    headers = post(keys, b"", as_base64=False).headers
    assert headers["cache-control"] == "no-store"
    assert "etag" not in headers


def test_structs_and_finished_bytes_are_answered_too() -> None:
    endpoint = Endpoint("shapes", scope=None)
    assert endpoint.answer(Shape(3)).body == b'{"total":3}'
    assert endpoint.answer({"shape": Shape(3)}).body == b'{"shape":{"total":3}}'
    assert endpoint.answer(b'{"total": 3}').body == b'{"total": 3}'


def test_numbers_that_json_does_not_know_become_null() -> None:
    assert json.loads(Endpoint("n", scope=None).answer({"rate": float("nan")}).body) == {"rate": None}


def test_a_plain_function_is_refused_where_it_is_declared() -> None:
    def slow() -> None: ...

    with pytest.raises(TypeError, match="async def"):
        Endpoint("plain", scope=None).get("/thing")(slow)  # type: ignore[arg-type]


def test_an_endpoint_without_a_scope_has_no_caller_to_give() -> None:
    endpoint = Endpoint("open", scope=None)

    @endpoint.get("/thing")
    async def thing(caller: CallerDep) -> Response:
        return endpoint.answer({})

    assert ask(endpoint).status == 500


def test_head_gets_the_headers_and_no_body() -> None:
    endpoint = Endpoint("any", scope=None)

    @endpoint.fallback()
    async def anything() -> Response:
        return endpoint.answer({"total": 3})

    answer = ask(endpoint, method="HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "11")
