"""The lean parser reads what botocore's reads."""

import json
from base64 import b64encode
from typing import Any

import pytest
from botocore.parsers import JSONParser
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from belvedere.storage.lean.parsing import LeanParser

MODEL = get_session().get_service_model("dynamodb")
names = st.text(min_size=1, max_size=8)
texts = st.builds(lambda value: b64encode(value).decode(), st.binary(max_size=20))
scalars = st.one_of(
    st.builds(lambda value: {"S": value}, st.text(max_size=10)),
    st.builds(lambda value: {"N": str(value)}, st.integers()),
    st.builds(lambda value: {"BOOL": value}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda value: {"B": value}, texts),
    st.builds(lambda values: {"BS": values}, st.lists(texts, min_size=1, max_size=3)),
    st.builds(lambda values: {"SS": values}, st.lists(st.text(), min_size=1, max_size=3)),
)
attributes = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda values: {"L": values}, st.lists(inner, max_size=3)),
        st.builds(lambda values: {"M": values}, st.dictionaries(names, inner, max_size=3)),
    ),
    max_leaves=6,
)
items = st.dictionaries(names, attributes, max_size=4)
capacity = {"TableName": "t", "CapacityUnits": 0.5}
answers = st.one_of(
    st.tuples(st.just("Query"), st.builds(
        lambda found, last: {"Items": found, "Count": len(found), "ScannedCount": len(found), "LastEvaluatedKey": last,
                             "ConsumedCapacity": capacity}, st.lists(items, max_size=3), items)),
    st.tuples(st.just("GetItem"), st.builds(lambda item: {"Item": item, "ConsumedCapacity": capacity}, items)),
    st.tuples(st.just("GetItem"), st.just({})),
    st.tuples(st.just("BatchGetItem"), st.builds(
        lambda found, rest: {"Responses": {"t": found}, "UnprocessedKeys": {"t": {"Keys": rest}}},
        st.lists(items, max_size=3), st.lists(items, min_size=1, max_size=2))),
    st.tuples(st.just("UpdateItem"), st.builds(lambda item: {"Attributes": item}, items)),
)  # fmt: skip


@given(answers)
def test_every_answer_is_read_as_botocore_reads_it(answer: tuple[str, dict[str, Any]]) -> None:
    operation, content = answer
    assert parsed(LeanParser(), operation, content) == parsed(JSONParser(), operation, content)


def test_a_binary_comes_as_bytes() -> None:
    content = {"Item": {"sketch": {"B": b64encode(b"\x00\xff").decode()}}}
    assert parsed(LeanParser(), "GetItem", content)["Item"] == {"sketch": {"B": b"\x00\xff"}}


@pytest.mark.parametrize("status", [400, 500])
def test_errors_are_read_as_botocore_reads_them(status: int) -> None:
    content = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slower"}
    found = parsed(LeanParser(), "Query", content, status)
    assert found == parsed(JSONParser(), "Query", content, status)
    assert found["Error"]["Code"] == "ThrottlingException"


def parsed(parser: JSONParser, operation: str, content: dict[str, Any], status: int = 200) -> dict[str, Any]:
    response = {"status_code": status, "headers": {"x-amzn-requestid": "r-1"}, "body": json.dumps(content).encode()}
    found: dict[str, Any] = parser.parse(response, MODEL.operation_model(operation).output_shape)
    return found
