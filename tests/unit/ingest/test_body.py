"""Request bodies: four shapes, gzip, and limits that hold before memory is spent."""

import gzip
import json
import random
import tracemalloc
import zlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import belvedere.ingest.body as body_module
from belvedere.errors import BadRequest, TooLarge
from belvedere.ingest.body import MAX_BODY, MAX_EVENTS, MAX_SENT, PIECE, batch_of, inflate
from belvedere.ingest.elements import elements, fields

ONE, TWO = b'{"id":"1","type":"t"}', b'{"id":"2","type":"t"}'


def raw_events(body: bytes, headers: Mapping[str, str]) -> list[bytes]:
    return list(batch_of(body, headers).raws)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ONE, [ONE]),
        (b" [" + ONE + b", " + TWO + b"] ", [ONE, TWO]),
        (b'{"events": [' + ONE + b"]}", [ONE]),
        (b'{"events": []}', []),
        (b"[]", []),
    ],
)
def test_json_comes_as_an_object_an_array_or_wrapped(body: bytes, expected: list[bytes]) -> None:
    assert raw_events(body, {"content-type": "application/json"}) == expected


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/x-ndjson; charset=utf-8", "application/jsonl"])
def test_ndjson_is_one_event_a_line_and_empty_lines_are_nothing(kind: str) -> None:
    assert raw_events(ONE + b"\r\n\n" + TWO, {"content-type": kind}) == [ONE, TWO]


def test_a_broken_line_of_ndjson_is_left_for_its_own_result() -> None:
    assert raw_events(ONE + b"\n{oops\n", {"content-type": "application/x-ndjson"}) == [ONE, b"{oops"]


def test_an_event_with_a_property_called_events_is_still_an_event() -> None:
    event = b'{"id":"1","type":"t","events":[1]}'
    assert raw_events(event, {}) == [event]


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"hello", b"12", b"[1,", b'{"id": }', b'{"\xff": 1}', b"[" * 200_000, b'{"a":' * 200_000]
)
def test_what_is_not_json_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest, match="body"):
        raw_events(body, {})


def test_events_that_is_not_an_array_is_named() -> None:
    with pytest.raises(BadRequest, match="events: must be an array"):
        raw_events(b'{"events": 3}', {})


def test_gzip_is_inflated_even_in_several_members() -> None:
    body = gzip.compress(b"[" + ONE) + gzip.compress(b"," + TWO + b"]")
    assert raw_events(body, {"content-encoding": "gzip"}) == [ONE, TWO]


def test_gzip_is_inflated_with_a_member_for_each_event() -> None:
    body = b"".join(gzip.compress(ONE + b"\n", compresslevel=1, mtime=0) for _ in range(MAX_EVENTS))
    kept = raw_events(body, {"content-encoding": "gzip", "content-type": "application/x-ndjson"})
    assert len(kept) == MAX_EVENTS


def test_many_empty_members_are_refused_after_a_few() -> None:
    begun: list[int] = []

    def counted(wbits: int) -> Any:
        begun.append(wbits)
        return zlib.decompressobj(wbits)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(body_module, "zlib", SimpleNamespace(decompressobj=counted, error=zlib.error))
        with pytest.raises(BadRequest, match="more than 5000 gzip members"):
            raw_events(gzip.compress(b"", mtime=0) * 200_000, {"content-encoding": "gzip"})
    assert len(begun) == 5_000


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE])
def test_gzip_is_inflated_wherever_its_members_end(size: int) -> None:
    text = random.Random(size).randbytes(size)
    packed = gzip.compress(text, mtime=0)
    assert inflate(packed * 3, "gzip") == text * 3


def test_little_that_inflates_to_much_is_refused_at_the_limit() -> None:
    with pytest.raises(TooLarge):
        inflate(gzip.compress(b"0" * 200_000_000, mtime=0), "gzip")


PACKED = gzip.compress(ONE, mtime=0)


@pytest.mark.parametrize("body", [b"not gzip", PACKED[:-4], PACKED[:12]])
def test_broken_gzip_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest, match="gzip"):
        raw_events(body, {"content-encoding": "gzip"})


def test_an_unknown_encoding_names_the_known_ones() -> None:
    with pytest.raises(BadRequest, match="gzip, x-gzip, identity"):
        raw_events(ONE, {"content-encoding": "br"})


def test_a_body_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge, match="4 MiB as sent"):
        raw_events(b"[" + b" " * MAX_SENT + b"]", {})
    with pytest.raises(TooLarge, match="5 MiB"):
        raw_events(gzip.compress(b"[" + b" " * MAX_BODY + b"]"), {"content-encoding": "gzip"})


def test_a_small_body_that_inflates_to_much_stops_at_the_limit() -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        raw_events(bomb, {"content-encoding": "gzip"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MAX_BODY


def test_more_events_than_a_request_takes_are_refused_with_the_number_it_takes() -> None:
    assert len(raw_events(b"[" + b",".join([ONE] * MAX_EVENTS) + b"]", {})) == MAX_EVENTS
    with pytest.raises(TooLarge, match="5001 events; at most 5000"):
        raw_events(b"\n".join([ONE] * (MAX_EVENTS + 1)), {"content-type": "application/x-ndjson"})


def test_a_body_just_at_the_limit_is_taken() -> None:
    event = json.dumps({"id": "1", "pad": ""}).encode()
    for most, encoding, sent in ((MAX_BODY, "gzip", gzip.compress), (MAX_SENT, "identity", bytes)):
        padded = event.replace(b'""', b'"' + b"x" * (most - len(event)) + b'"')
        assert raw_events(sent(padded), {"content-encoding": encoding}) == [padded]


# What cannot be read as a whole

NDJSON, JSON = {"content-type": "application/x-ndjson"}, {"content-type": "application/json"}
UNREADABLE = [
    b'{"id":"x","a":"\\ud800"}', b'{"id":"x","a":"\x01"}', b'{"id":"x","a":"\xe9"}', b'{"id": }', b'{"id":1 2}', b"nul",
    b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", b'{"a":"],[\\"}{"}', b"\x00",
]  # fmt: skip


@pytest.mark.parametrize("bad", UNREADABLE)
def test_an_event_that_cannot_be_read_spoils_no_other_in_any_form(bad: bytes) -> None:
    expected = [ONE, bad, TWO]
    assert raw_events(b"\n".join(expected), NDJSON) == expected
    assert raw_events(b"[" + b" , ".join(expected) + b"]", JSON) == expected
    assert raw_events(b'{"x": 1, "events": [' + b",".join(expected) + b"]}", JSON) == expected


@pytest.mark.parametrize("body", [b"[1", b'["a]', b"[1]]", b"[{]}", b'[1] "', b"[{}}", b'{"events": ["\\ud800"]'])
def test_an_array_without_an_end_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest, match="not valid JSON"):
        raw_events(body, JSON)


@given(st.lists(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.text(), inner)), max_size=5), st.booleans())  # fmt: skip
def test_elements_are_those_that_a_reader_of_the_whole_finds(values: list[Any], escaped: bool) -> None:
    text = json.dumps(values, ensure_ascii=escaped).encode()
    assert [json.loads(element) for element in elements(text)] == values


def test_fields_are_those_that_a_reader_of_the_whole_finds() -> None:
    assert fields(b'{"a" : [1, {"b": 2}], "events":"x:,y" }') == {"a": b'[1, {"b": 2}]', "events": b'"x:,y"'}
    assert fields(b"{}") == {}


# One rule for every form


@pytest.mark.parametrize(("headers", "body"), [(JSON, b"[" + ONE + b"]"), (JSON, ONE), (NDJSON, ONE)])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "x-gzip", "X-GZip"])
def test_a_byte_order_mark_and_both_names_of_gzip_are_taken_in_every_form(
    headers: dict[str, str], body: bytes, encoding: str
) -> None:
    marked = b"\xef\xbb\xbf" + body
    sent = marked if encoding == "identity" else gzip.compress(marked)
    assert raw_events(sent, headers | {"content-encoding": encoding}) == [ONE]


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_text_that_is_said_not_to_be_utf_8_is_refused_in_every_form(kind: str) -> None:
    for charset in ("iso-8859-1", '"latin1"', "UTF-16"):
        with pytest.raises(BadRequest, match=r"charset .* is not supported; send UTF-8"):
            raw_events(ONE, {"content-type": f"{kind}; charset={charset}"})
    for charset in ("utf-8", '"UTF-8"', "us-ascii"):
        assert raw_events(ONE, {"content-type": f"{kind}; Charset={charset}"}) == [ONE]
