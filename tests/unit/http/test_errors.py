"""Every failure, in the one envelope."""

from typing import Annotated, Literal

import botocore.exceptions
import pynamodb.exceptions
import pytest
from starlette.exceptions import HTTPException

from belvedere.errors import (
    BadRequest,
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    TenantViolation,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from belvedere.http import Body, Endpoint, Query, Response
from tests.unit.http.lambda_requests import Answer, ask

DOCUMENTED = ["error", "detail", "code", "timestamp", "request_id"]
SECRET = "arn:aws:dynamodb:eu-west-1:123456789012:table/x"


def failing(error: Exception) -> Answer:
    endpoint = Endpoint("failing", scope=None)

    @endpoint.get("/thing")
    async def thing() -> Response:
        raise error

    return ask(endpoint)


def client_error(code: str) -> botocore.exceptions.ClientError:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": SECRET}}, "Query")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadRequest("d"), 400, "BAD_REQUEST"),
        (Unauthorized("d"), 401, "UNAUTHORIZED"),
        (Forbidden("d"), 403, "FORBIDDEN"),
        (NotFound("d"), 404, "NOT_FOUND"),
        (Conflict("d"), 409, "CONFLICT"),
        (TooLarge("d"), 413, "PAYLOAD_TOO_LARGE"),
        (Invalid("d"), 422, "VALIDATION_ERROR"),
        (RateLimited("d"), 429, "RATE_LIMIT_EXCEEDED"),
        (Unavailable("d"), 503, "SERVICE_UNAVAILABLE"),
        (DatabaseUnavailable("d"), 503, "DATABASE_ERROR"),
        (HTTPException(413, "d"), 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_an_expected_failure_has_its_status_code_and_words(error: Exception, status: int, code: str) -> None:
    answer = failing(error)
    assert answer.status == status
    assert list(answer.json) == DOCUMENTED
    assert (answer.json["code"], answer.json["detail"]) == (code, "d")
    assert answer.json["request_id"] == answer.headers["x-request-id"]
    assert answer.json["timestamp"].endswith("Z")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), TenantViolation(SECRET), OSError(SECRET)])
def test_an_unexpected_failure_is_a_500_without_its_text(error: Exception) -> None:
    answer = failing(error)
    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert list(answer.json) == DOCUMENTED
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("InternalServerError"),
        client_error("ResourceNotFoundException"),
        client_error("AccessDeniedException"),
        botocore.exceptions.EndpointConnectionError(endpoint_url=SECRET),
        botocore.exceptions.ReadTimeoutError(endpoint_url=SECRET),
        pynamodb.exceptions.GetError(cause=client_error("ThrottlingException")),
        DatabaseUnavailable("the tables are busy"),
    ],
)
def test_a_database_in_trouble_is_a_503_that_says_when_to_come_back(error: Exception) -> None:
    answer = failing(error)
    assert (answer.status, answer.json["code"]) == (503, "DATABASE_ERROR")
    assert int(answer.headers["retry-after"]) > 0
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize(
    "error",
    [
        client_error("ValidationException"),
        client_error("ConditionalCheckFailedException"),
        botocore.exceptions.ParamValidationError(report=SECRET),
    ],
)
def test_a_database_that_refuses_our_request_is_our_bug_and_not_worth_a_retry(error: Exception) -> None:
    answer = failing(error)
    assert answer.status == 500
    assert "retry-after" not in answer.headers


def test_headers_of_an_error_are_sent_with_it() -> None:
    assert failing(RateLimited("d", headers={"Retry-After": "30"})).headers["retry-after"] == "30"


def test_what_an_error_adds_stands_beside_the_documented_fields_and_replaces_none() -> None:
    answer = failing(RateLimited("d", retry_after=30, code="MINE"))
    assert list(answer.json) == [*DOCUMENTED, "retry_after"]
    assert answer.json["code"] == "RATE_LIMIT_EXCEEDED"


def a_strict_endpoint() -> Endpoint:
    endpoint = Endpoint("strict", scope=None)

    @endpoint.get("/thing")
    async def read(
        preset: Annotated[Literal["1h", "24h"] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        return endpoint.answer({})

    return endpoint


def test_a_wrong_value_is_answered_with_the_field_and_what_is_allowed() -> None:
    answer = ask(a_strict_endpoint(), query="preset=2h&limit=0")
    assert (answer.status, answer.json["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json["detail"] == (
        "preset: must be one of '1h' or '24h'; limit: input should be greater than or equal to 1"
    )
    assert answer.json["errors"] == [
        {"field": "preset", "in": "query", "message": "must be one of '1h' or '24h'"},
        {"field": "limit", "in": "query", "message": "input should be greater than or equal to 1"},
    ]


def test_a_wrong_type_is_answered_without_repeating_what_was_sent() -> None:
    answer = ask(a_strict_endpoint(), query="limit=hunter2")
    assert answer.status == 422
    assert b"hunter2" not in answer.body
    assert answer.json["errors"][0]["field"] == "limit"


def a_body_endpoint() -> Endpoint:
    endpoint = Endpoint("bodied", scope=None)

    @endpoint.post("/thing")
    async def take(wanted: Annotated[dict[str, int], Body()]) -> Response:
        return endpoint.answer(wanted)

    return endpoint


def post(body: bytes) -> Answer:
    return ask(a_body_endpoint(), method="POST", headers={"content-type": "application/json"}, body=body)


def test_a_body_that_is_not_json_is_a_bad_request_that_says_where() -> None:
    answer = post(b'{"a": }')
    assert (answer.status, answer.json["code"]) == (400, "BAD_REQUEST")
    assert answer.json["detail"] == "the body is not valid JSON: expecting value at character 6"


@pytest.mark.parametrize("kind", [{}, {"content-type": "application/x-www-form-urlencoded"}], ids=["none", "form"])
def test_a_body_that_is_not_said_to_be_json_is_told_the_header_that_it_lacks(kind: dict[str, str]) -> None:
    answer = ask(a_body_endpoint(), method="POST", headers=kind, body=b'{"a": 1}')
    assert answer.status == 422
    assert answer.json["detail"] == "body: is read as JSON only with the header Content-Type: application/json"


def test_a_body_of_another_kind_of_json_is_told_what_it_has_to_be() -> None:
    answer = post(b"[1]")
    assert (answer.status, answer.json["detail"]) == (422, "body: must be a JSON object")


def test_a_wrong_field_of_a_body_is_named_by_its_path() -> None:
    answer = post(b'{"a": "many"}')
    assert answer.status == 422
    assert (answer.json["errors"][0]["field"], answer.json["errors"][0]["in"]) == ("a", "body")


def test_a_missing_body_is_named_as_such() -> None:
    assert post(b"").json["detail"] == "body: is required"


def test_many_problems_are_listed_up_to_a_limit() -> None:
    answer = post(b"{" + b",".join(b'"k%d": "x"' % n for n in range(50)) + b"}")
    assert len(answer.json["errors"]) == 20


def test_another_method_on_an_endpoints_path_is_answered_with_what_it_takes() -> None:
    answer = ask(a_strict_endpoint(), method="PUT")
    assert (answer.status, answer.json["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD"
