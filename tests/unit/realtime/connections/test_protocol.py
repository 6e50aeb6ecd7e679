"""What clients say: read field by field, refused by name, never with an exception of another kind."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.errors import BadRequest, BelvedereError, Invalid, TooLarge
from belvedere.realtime.connections.protocol import MOST_BYTES, answer, parse_frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def frame(**fields: Any) -> str:
    return json.dumps(fields)


def test_a_subscription_is_read_with_its_filters() -> None:
    filters = {"user_id": "ada", "types": ["alert"]}
    found = parse_frame(frame(type="subscribe", channel="learning", filters=filters, cursor="c", id=7))
    assert (found.channel, found.users, found.types) == ("learning", ("ada",), ("alert",))
    assert (found.cursor, found.id) == ("c", 7)


def test_action_is_another_name_of_type_and_user_ids_of_user_id() -> None:
    found = parse_frame(frame(action="subscribe", channel="learning", filters={"user_ids": ["ada", "bob"]}))
    assert (found.type, found.users) == ("subscribe", ("ada", "bob"))


@pytest.mark.parametrize(
    ("text", "error", "named"),
    [
        ("", BadRequest, "JSON object"),
        ("[]", BadRequest, "JSON object"),
        ("{", BadRequest, "JSON object"),
        (frame(), Invalid, "type: must be one of subscribe"),
        (frame(type="shout"), Invalid, "type: must be one of"),
        (frame(type="subscribe", channel=7), Invalid, "channel"),
        (frame(type="subscribe", channel=""), Invalid, "channel"),
        (frame(type="subscribe", filters=[1]), Invalid, "filters"),
        (frame(type="subscribe", filters=[]), Invalid, "filters"),
        (frame(type="subscribe", filters={"user": "ada"}), Invalid, "filters: .* any of user_id, types"),
        (frame(type="subscribe", filters={"user_id": [1]}), Invalid, "filters.user_id"),
        (frame(type="subscribe", filters={"types": []}), Invalid, "filters.types"),
        (frame(type="ping", id={}), Invalid, "id"),
        (frame(type="ping", timestamp=[]), Invalid, "timestamp"),
        (frame(type="ping", id="x" * MOST_BYTES), TooLarge, "at most"),
    ],
)
def test_what_is_wrong_is_named(text: str, error: type[BelvedereError], named: str) -> None:
    with pytest.raises(error, match=named):
        parse_frame(text)


@given(JSON | st.dictionaries(st.sampled_from(["type", "channel", "filters", "id", "cursor", "token"]), JSON))
def test_nothing_a_client_can_send_is_more_than_refused(given_: Any) -> None:
    with suppress(BadRequest, Invalid, TooLarge):
        parse_frame(json.dumps(given_))


def test_an_answer_repeats_the_id_where_there_was_one() -> None:
    assert answer("pong", parse_frame(frame(type="ping", id="a"))) == {"type": "pong", "id": "a"}
    assert answer("pong", parse_frame(frame(type="ping"))) == {"type": "pong"}
