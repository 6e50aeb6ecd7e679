"""An event's canonical content and the item it is stored in."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from belvedere.ingest.event import EventContent, canonical
from belvedere.ingest.stored import from_item, to_items

NOON = 1_736_942_400_000  # 2025-01-15T12:00:00Z

text = st.text('ab"é\n', max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | text | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=4,
)
contents = st.builds(
    EventContent, text, st.dictionaries(text, values), st.integers(0, NOON), st.just("other.kind"),
    st.none() | text,
)  # fmt: skip


def items(*given: EventContent, slices: int = 1) -> list[Any]:
    return to_items(given, workspace="demo", received=NOON, slices=slices, retention_days=90)


def test_the_canonical_form_is_pinned_because_stored_digests_are_made_of_it() -> None:
    content = EventContent("e\n1", {"b": {"z": 1, "a": 2.5}, "a": "é"}, NOON, "learning.hint", None)
    expected = (
        '{"id":"e\\n1","properties":{"a":"é","b":{"a":2.5,"z":1}},'
        '"time":1736942400000,"type":"learning.hint","user":null}'
    )
    assert canonical([content]) == [expected.encode()]


@given(st.lists(contents, max_size=4))
def test_every_event_has_its_own_canonical_text(several: list[EventContent]) -> None:
    texts = canonical(several)
    assert texts == [text for one in several for text in canonical([one])]
    assert [json.loads(text)["properties"] for text in texts] == [one.properties for one in several]


@given(contents)
def test_key_order_makes_no_difference(one: EventContent) -> None:
    backwards = EventContent(one.id, dict(reversed(one.properties.items())), one.time, one.type, one.user)
    assert canonical([backwards]) == canonical([one])


def test_an_item_holds_its_event_and_when_it_goes() -> None:
    content = EventContent("e1", {}, NOON - 1, "learning.hint", "ann")
    (item,) = items(content)
    assert (item["pk"], item["sk"]) == ("demo#learning.hint#2025-01-15#0", "2025-01-15T11:59:59.999Z#e1")
    assert (from_item("demo", item).content, item["received"]) == (content, NOON)
    assert item["expires"] == NOON // 1000 + 90 * 86_400
