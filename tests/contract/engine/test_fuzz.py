"""Requests made up from the API's own description, sensible and senseless, against every route.

Whatever is sent: nothing fails on our side, and whoever is refused is told so in the one envelope. The requests are the
same in every run; a request that breaks a rule is shown as a curl command.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from belvedere.boards.learning.predict.store import SHELF
from belvedere.http import asgi
from belvedere.http.openapi import document
from tests.contract.learning.lessons import lessons
from tests.contract.learning.school import EVENTS
from tests.contract.shapes import ENVELOPE
from tests.worlds.served import Served

EXAMPLES = 60 if os.environ.get("SWEEP") == "1" else 12  # of each operation
schemathesis.serializer.alias("application/x-ndjson", "text/plain")
schema = schemathesis.openapi.from_dict(document(asgi.endpoint_of))
schema.app = asgi.application


pytestmark = pytest.mark.one_hour


@pytest.fixture(scope="module")
def key(served: Served) -> Iterator[str]:
    """A key that may do everything, to a workspace that has the school's week, the examples' Directory and a model.

    Streams end at once.
    """
    served.send_and_fold(*EVENTS)
    served.send_and_fold(*lessons(days=14))
    assert served.post("/dashboard/analytics/train-models", {}).json()["status"] == "trained"
    SHELF.models.clear()
    admin = served.key("admin")
    for method, path in (("POST", "classes"), ("POST", "agents"), ("POST", "users"), ("PUT", "concepts")):
        body = example_of(method.lower(), f"/v1/directory/{path}")
        assert served.ask(method, f"/v1/directory/{path}", json=body, key=admin).status_code in (200, 201)
    with served.with_environment(STREAM_HOLD_S="0"):
        yield admin


def example_of(method: str, path: str) -> Any:
    """The example of a body."""
    content = document(asgi.endpoint_of)["paths"][path][method]["requestBody"]["content"]
    return content["application/json"]["example"]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_request_fails_on_our_side(case: schemathesis.Case, key: str) -> None:
    answer = case.call(headers={"X-API-Key": key})
    case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance, one_envelope])


def one_envelope(ctx: Any, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """Every refusal has the documented fields, filled, and the request's own id."""
    if response.status_code < 400:
        return
    body = response.json()
    assert body.keys() >= ENVELOPE, body
    assert all(isinstance(body[name], str) and body[name] for name in ENVELOPE), body
    assert body["request_id"] == response.headers["x-request-id"][0]
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert not {"Traceback", "pydantic", "botocore", "msgspec"} & set(body["detail"].split()), body
