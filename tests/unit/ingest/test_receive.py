"""A request's events, each with its own result."""

import json
from typing import Any

import pytest

from belvedere.errors import DatabaseUnavailable
from belvedere.ingest.body import EventBatch
from belvedere.ingest.insert import Insert
from belvedere.ingest.quarantine import newest
from belvedere.ingest.receive import receive
from belvedere.ingest.stored import from_item
from tests.unit.fakes import FakeTable

NOW = 1_736_942_400_000


def wire(event_id: str = "e1", **changes: Any) -> bytes:
    event = {"id": event_id, "type": "learning.interaction", "time": "2025-01-15T11:00:00Z",
             "properties": {"success": True}} | changes  # fmt: skip
    return json.dumps(event).encode()


class Desk:
    """The tables of one workspace, and requests to them."""

    def __init__(self, **options: Any) -> None:
        self.events, self.state = FakeTable(**options), FakeTable()

    def send(self, *raws: bytes, now: int = NOW, slices: int = 1) -> Any:
        insert = Insert(self.events, slices=slices, retention_days=90)  # type: ignore[arg-type]
        return receive(EventBatch(raws), insert, self.state, now)  # type: ignore[arg-type]

    def results(self, *raws: bytes, **options: Any) -> list[str]:
        return [result["result"] for result in self.send(*raws, **options)["results"]]


def test_a_new_event_is_accepted_and_stored_as_it_came() -> None:
    desk = Desk()
    assert desk.results(wire(user="ann")) == ["accepted"]
    (item,) = desk.events.items.values()
    assert from_item("demo", item).user == "ann"
    assert item["expires"] == NOW // 1000 + 90 * 86_400


def test_the_same_event_again_is_a_duplicate_whenever_it_comes() -> None:
    desk = Desk()
    desk.send(wire())
    assert desk.results(wire(), now=NOW + 3_600_000) == ["duplicate"]
    assert len(desk.events.items) == 1


def test_key_order_and_time_zone_do_not_make_an_event_another() -> None:
    desk = Desk()
    desk.send(wire(properties={"success": True, "agent_type": "a", "x": 1}))
    other = wire(time="2025-01-15T12:00:00+01:00", properties={"x": 1, "agent_type": "a", "success": True})
    assert desk.results(other) == ["duplicate"]


def test_other_content_under_the_same_key_is_a_conflict_and_the_first_copy_stays() -> None:
    desk = Desk()
    desk.send(wire(properties={"success": True}))
    answer = desk.send(wire(properties={"success": False}))
    assert (answer["conflict"], answer["results"][0]["reason"]) == (1, "different_content")
    (item,) = desk.events.items.values()
    assert '"success":true' in str(item["body"])


def test_repetition_inside_one_request_is_seen_too() -> None:
    assert Desk().results(wire(), wire(), wire(properties={"success": False})) == ["accepted", "duplicate", "conflict"]


def test_a_bad_event_fails_alone_and_every_result_has_its_place() -> None:
    answer = Desk().send(wire("a"), b"{oops", wire("c", type="nope"), wire("d"))
    assert [result["result"] for result in answer["results"]] == ["accepted", "rejected", "rejected", "accepted"]
    assert [result["index"] for result in answer["results"]] == [0, 1, 2, 3]
    assert [result["id"] for result in answer["results"]] == ["a", None, "c", "d"]
    assert (answer["accepted"], answer["rejected"], answer["duplicate"]) == (2, 2, 0)


def test_a_text_that_is_not_utf_8_fails_alone_too() -> None:
    assert Desk().results(wire("a"), wire("b").replace(b"b", b"\xff"), wire("c")) == [
        "accepted",
        "rejected",
        "accepted",
    ]


def test_the_rejected_are_kept_with_their_reason() -> None:
    desk = Desk()
    desk.send(wire("c", type="nope"))
    (item,), cursor = newest(desk.state, limit=10)  # type: ignore[arg-type]
    assert (item["id"], item["reason"], cursor) == ("c", "unknown_type", None)
    assert "nope" in str(item["raw"])
    assert item["expires"] == NOW // 1000 + 14 * 86_400


def test_the_same_rejected_event_again_fills_no_table() -> None:
    desk = Desk()
    desk.send(b"{oops", b"{oops")
    desk.send(b"{oops")
    assert len(desk.state.items) == 1


def test_the_quarantine_is_read_page_by_page_newest_day_first() -> None:
    desk = Desk()
    for day in range(3):
        desk.send(wire(str(day), type="nope"), now=NOW + day * 86_400_000)
    first, cursor = newest(desk.state, limit=2)  # type: ignore[arg-type]
    second, end = newest(desk.state, limit=2, after=cursor)  # type: ignore[arg-type]
    assert [item["id"] for item in first + second] == ["2", "1", "0"]
    assert end is None


def test_nothing_is_acknowledged_when_the_tables_cannot_take_it() -> None:
    with pytest.raises(DatabaseUnavailable):
        Desk(broken=True).send(wire())


def test_an_empty_request_has_empty_results() -> None:
    assert Desk().send() == {"results": [], "accepted": 0, "duplicate": 0, "conflict": 0, "rejected": 0}


def test_slices_spread_a_day_and_a_retry_still_meets_its_first_copy() -> None:
    desk = Desk()
    raws = [wire(f"e{i}") for i in range(40)]
    desk.send(*raws, slices=4)
    assert len({key.pk for key in desk.events.items}) == 4
    assert set(desk.results(*raws, slices=4)) == {"duplicate"}


def commit(**changes: Any) -> bytes:
    properties = {"sha": "a" * 40, "repo_slug": "octo/lens", "additions": 3} | changes
    return wire("a" * 40, type="productivity.commit", user=None, properties=properties)


def test_a_commit_of_a_fork_is_a_duplicate_and_stays_where_it_was_met_first() -> None:
    desk = Desk()
    answer = desk.send(commit(), commit(repo_slug="ada/lens"))
    assert [result["result"] for result in answer["results"]] == ["accepted", "duplicate"]
    assert desk.results(commit(repo_slug="octo/renamed"), commit(repo_slug=None)) == ["duplicate", "duplicate"]
    (item,) = desk.events.items.values()
    assert from_item("demo", item).properties["repo_slug"] == "octo/lens"


def test_a_commit_that_says_something_else_of_itself_is_a_conflict() -> None:
    desk = Desk()
    desk.send(commit())
    assert desk.results(commit(additions=4), commit(additions=4, repo_slug="ada/lens")) == ["conflict", "conflict"]
