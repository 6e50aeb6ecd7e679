"""What is taken can be written later by every writer; what could not be is refused with its property's name."""

import json
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.export.columns import Column, ColumnType
from belvedere.export.writers.formats import FORMATS
from belvedere.ingest.batch import parse_all
from belvedere.ingest.body import EventBatch
from belvedere.ingest.event import EventContent
from belvedere.ingest.parse import parse
from belvedere.ingest.quarantine import Reason, Rejected
from belvedere.ingest.writable import MAX_DEPTH, MAX_EVENT
from tests.unit.export.tables import file_of

METADATA = (Column("metadata", ColumnType.JSON),)
NOW = 1_736_942_400_000  # 2025-01-15T12:00:00Z
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.sampled_from([2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, -0.0, 5e-324, 1.7e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


def raw(**properties: Any) -> bytes:
    event = {"id": "a", "type": "learning.interaction", "time": NOW, "properties": {"success": True, **properties}}
    return json.dumps(event).encode()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def refused(raw: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse(raw, "demo", NOW)
    (at_once,) = parse_all(EventBatch([raw]), "demo", NOW)
    assert isinstance(at_once, Rejected)
    assert (at_once.reason, at_once.detail) == (caught.value.reason, caught.value.detail)
    return at_once


def taken(raw: bytes) -> EventContent:
    (content,) = parse_all(EventBatch([raw]), "demo", NOW)
    assert content == parse(raw, "demo", NOW)
    assert isinstance(content, EventContent)
    return content


@pytest.mark.parametrize("number", [2**70, 2**64, -(2**64), -(2**63) - 1, 10**400])
@pytest.mark.parametrize("where", [lambda n: n, lambda n: [n], lambda n: {"deep": [{"er": n}]}])
def test_a_number_that_no_writer_knows_is_refused_wherever_it_is(number: int, where: Any) -> None:
    rejected = refused(raw(big=where(number)))
    assert rejected.reason is Reason.INVALID_PROPERTY
    assert rejected.detail == "properties.big: whole numbers are -2^63 to 2^64 - 1; send text"


@pytest.mark.parametrize("number", [2**64 - 1, -(2**63), 2**53 + 1])
def test_64_bits_are_kept_to_the_last(number: int) -> None:
    assert taken(raw(big=number)).properties["big"] == number


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 250, 900, 5_000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    text = raw(deep=0).replace(b'"deep": 0', b'"deep": ' + b"[" * depth + b"]" * depth)
    assert refused(text).reason in (Reason.INVALID_PROPERTY, Reason.MALFORMED_JSON)
    assert taken(raw(deep=nested(MAX_DEPTH - 1)))


def test_numbers_that_grow_when_they_are_written_out_count_as_they_are_kept() -> None:
    text = raw(many=0).replace(b'"many": 0', b'"many": [' + b",".join([b"1e15"] * 50_000) + b"]")
    assert len(text) < MAX_EVENT
    assert refused(text).reason is Reason.TOO_LARGE
    assert taken(raw(many=[0.5] * 50_000))


@given(values)
def test_whatever_is_taken_can_be_written_by_every_writer(value: Any) -> None:
    try:
        properties = parse(raw(value=value), "demo", NOW).properties
    except Rejected:
        return
    assert orjson.loads(orjson.dumps({"data": [{"metadata": properties}]})) is not None
    assert json.loads(file_of("json", [(properties,)], METADATA)) == [{"metadata": properties}]
    for name in FORMATS:
        assert file_of(name, [(properties,)], METADATA)


def test_what_was_taken_before_there_were_such_limits_can_be_written_too() -> None:
    old = {"big": 2**70, "deep": nested(250)}
    assert msgspec.json.decode(file_of("json", [(old,)], METADATA)) == [{"metadata": old}]
    assert b"1180591620717411303424" in file_of("csv", [(old,)], METADATA)
    assert file_of("excel", [(old,)], METADATA)
