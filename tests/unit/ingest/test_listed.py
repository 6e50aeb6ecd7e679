"""Events of listed types carry the keys of their indexes and a small row; all others are stored as before."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from belvedere.ingest.event import EventContent
from belvedere.ingest.listed import sortable
from belvedere.ingest.stored import from_item, to_items

NOON = 1_736_942_400_000  # 2025-01-15T12:00:00Z
INDEXED = {"row", "by_user", "by_group", "order1", "order1_at", "order2", "order2_at"}


def stored(user: str | None = "ann", **properties: Any) -> dict[str, Any]:
    given = {"tokens_in": 30, "tokens_out": 70, "cost_usd": 0.0057, **properties}
    content = EventContent("t1", given, NOON, "productivity.session", user)
    (item,) = to_items([content], workspace="demo", received=NOON, slices=1, retention_days=90)
    return dict(item)


def test_a_listed_event_is_found_by_its_user_its_group_and_its_numbers() -> None:
    item = stored(session_id="s#1", model="m")
    assert item["by_user"] == "demo#productivity.session#ann"
    assert item["by_group"] == "demo#productivity.session#s#1"
    assert (item["order1"], item["order2"]) == (
        "demo#productivity.session#cost_usd#b-258", "demo#productivity.session#total_tokens#b231",
    )  # fmt: skip
    assert item["order2_at"] == f"{sortable(100)}#2025-01-15T12:00:00.000Z#t1"


def test_the_row_holds_what_is_shown_and_nothing_else() -> None:
    row = json.loads(stored(status_code=500, prompt="x" * 5000)["row"])
    assert row == {"user": "ann", "tokens_in": 30, "tokens_out": 70, "total_tokens": 100, "cost_usd": 0.0057,
                   "status_code": 500, "failed": True}  # fmt: skip


def test_without_a_user_or_a_group_an_event_stands_for_itself() -> None:
    item = stored(user=None)
    assert "by_user" not in item
    assert item["by_group"] == "demo#productivity.session#t1"


def test_the_event_is_read_back_as_it_would_be_without_a_listing() -> None:
    event = from_item("demo", stored(session_id="s1"))
    assert (event.id, event.user, event.properties["total_tokens"]) == ("t1", "ann", 100)


def test_types_that_are_not_listed_carry_nothing_of_it() -> None:
    (item,) = to_items([EventContent("h", {}, NOON, "learning.hint", "ann")], workspace="demo", received=NOON, slices=1,
                       retention_days=90)  # fmt: skip
    assert not INDEXED & item.keys()


@given(st.lists(st.floats(allow_nan=False), min_size=2, max_size=2))
def test_numbers_sort_as_text(pair: list[float]) -> None:
    low, high = sorted(pair)
    assert low == high or sortable(low) < sortable(high)
    assert len(sortable(low)) == 16


def test_both_zeros_are_one_number() -> None:
    assert sortable(-0.0) == sortable(0.0) == sortable(0)
