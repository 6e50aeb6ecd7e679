"""Kept answers survive the table, and what is no kept answer is refused."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.cache.entry import CacheEntry, digest_of, dumped, packed, unpacked
from belvedere.cache.request import CachedAnswer, CacheOutcome

ENTRIES = st.builds(
    CacheEntry, st.binary(max_size=3_000), st.binary(max_size=50), st.binary(max_size=16), st.integers(0, 2**50),
    st.integers(0, 2**50), st.integers(0, 2**50), st.text(max_size=20), st.booleans(),
    st.lists(st.text(max_size=9), max_size=3).map(tuple),
)  # fmt: skip


@given(ENTRIES)
def test_an_entry_comes_back_as_it_went(entry: CacheEntry) -> None:
    assert unpacked(packed(entry)) == entry


def test_long_answers_are_stored_compressed_and_short_ones_as_they_are() -> None:
    entry = unpacked(packed(CacheEntry(b"x" * 5_000, b"", b"", 1, 2, 3, "v", True)))
    assert len(packed(entry)) < 200
    assert b"short" in packed(CacheEntry(b"short", b"", b"", 1, 2, 3, "v", True))


@pytest.mark.parametrize("data", [b"", b"q", b"p\xc1", b"z?", b"p" + msgspec.msgpack.encode([1, 2])])
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError, zlib.error)):
        unpacked(data)


def test_the_digest_is_of_the_meaning_not_of_the_order() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 1.5})


@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "cache_info"), st.integers(-9, 9), max_size=3))
def test_a_body_is_the_answer_and_how_it_was_served(payload: dict[str, int]) -> None:
    shown = CachedAnswer(CacheEntry(dumped(payload), b"", b"", 0, 1, 2, "v", True), "n", CacheOutcome.MISS, None, 0)
    body = msgspec.json.decode(shown.body())
    assert body.pop("cache_info")["cache_key"] == "n"
    assert body == payload
