"""Keys: the workspace first, escaped where text comes from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.storage.keys import AFTER, escape, unescape, workspace_of
from belvedere.storage.keys.events import event_key
from belvedere.storage.keys.rollups import rollup_partition, rollup_sort, split_rollup_sort

parts = st.text(max_size=20)


@given(parts)
def test_escaping_is_reversible_and_leaves_no_separator(part: str) -> None:
    assert unescape(escape(part)) == part
    assert "#" not in escape(part)


@given(st.lists(parts, max_size=3).map(tuple))
def test_a_sort_key_gives_its_dimensions_back(dims: tuple[str, ...]) -> None:
    assert split_rollup_sort(rollup_sort("2025-01-15", dims)) == ("2025-01-15", dims)


@given(st.tuples(parts), st.tuples(parts))
def test_different_dimensions_never_share_a_key(one: tuple[str], other: tuple[str]) -> None:
    assert (rollup_sort("d", one) == rollup_sort("d", other)) == (one == other)


def test_every_partition_starts_with_its_workspace() -> None:
    assert workspace_of(event_key("demo", "a.b", "2025-01-15T00:00:00.000Z", "x", 0).pk) == "demo"
    assert workspace_of(rollup_partition("demo", "f", "day", "counters", "ann#bob")) == "demo"


@given(st.text(max_size=10))
def test_a_bucket_range_takes_all_its_rows_and_none_of_the_next(dim: str) -> None:
    assert rollup_sort("2025-01-15", (dim,)) < "2025-01-15" + AFTER < "2025-01-16"


@pytest.mark.parametrize("event_id", ["~", "\U0010ffff", "a#b", " "])
def test_an_event_range_takes_every_id_of_its_last_moment(event_id: str) -> None:
    sk = event_key("demo", "a.b", "2025-01-15T00:00:00.000Z", event_id, 0).sk
    assert "2025-01-15T00:00:00.000Z" < sk < "2025-01-15T00:00:00.000Z" + AFTER
