"""What is added to the productivity board's events when they are stored."""

from typing import Any

import msgspec
import pytest

from belvedere.boards.productivity.events import CLOSED, REVIEW, REWORK, SESSION
from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.batch import at_once
from belvedere.ingest.body import EventBatch
from belvedere.ingest.event import Event, EventContent
from belvedere.ingest.parse import Rejected, parse
from belvedere.ingest.stored import from_item, to_items
from belvedere.rollups.contribution import contribution

NOON = 1_736_942_400_000  # 2025-01-15T12:00:00Z


def stored(kind: str, **properties: Any) -> dict[str, Any]:
    """The properties of an event as they are kept."""
    (item,) = to_items([EventContent("e1", properties, NOON, kind, "ada")], workspace="demo", received=NOON, slices=1,
                       retention_days=90)  # fmt: skip
    return from_item("demo", item).properties


def test_a_session_gets_its_tokens_together_and_its_price() -> None:
    kept = stored(SESSION, tokens_in=30, tokens_out=70, model="anthropic/claude-3-sonnet")
    assert (kept["total_tokens"], kept["cost_usd"], kept["cost_source"]) == (100, pytest.approx(0.0057), "table")


def test_a_cost_that_is_told_stays_and_nothing_else_may_be_told_wrong() -> None:
    kept = stored(SESSION, tokens_in=1, tokens_out=2, cost_usd=0.5, total_tokens=99, failed=True, status_code=200)
    assert (kept["cost_usd"], kept["cost_source"], kept["total_tokens"], kept["failed"]) == (0.5, "given", 3, False)


def test_only_a_status_of_400_and_more_is_a_failure_and_none_is_unknown() -> None:
    codes = (200, 399, 400, 500)
    assert [stored(SESSION, tokens_in=0, tokens_out=0, status_code=code)["failed"] for code in codes] == [
        False, False, True, True,
    ]  # fmt: skip
    assert "failed" not in stored(SESSION, tokens_in=0, tokens_out=0)


def test_a_similarity_of_70_percent_is_a_close_match() -> None:
    assert [stored(SESSION, tokens_in=0, tokens_out=0, diff_ratio=d)["close_match"] for d in (0.69, 0.7)] == [
        False,
        True,
    ]


def test_a_merge_is_timed_and_a_closing_without_one_is_not() -> None:
    opened = NOON - 10 * HOUR_MS
    assert stored(CLOSED, number=1, merged=True, created_at=opened)["merge_hours"] == 10
    assert stored(CLOSED, number=1, merged=True, created_at=NOON)["merge_hours"] == 0
    assert "merge_hours" not in stored(CLOSED, number=1, merged=False, created_at=opened)
    assert "merge_hours" not in stored(CLOSED, number=1, merged=True)


def test_a_merge_before_its_opening_took_a_time_that_nobody_knows() -> None:
    assert "merge_hours" not in stored(CLOSED, number=1, merged=True, created_at=NOON + 1)


def test_tokens_of_a_cache_are_priced_as_such() -> None:
    kept = stored(SESSION, tokens_in=26_100, tokens_out=100, cache_read_tokens=14_000, cache_write_tokens=12_000,
                  model="us.anthropic.claude-3-5-sonnet-20241022-v2:0")  # fmt: skip
    assert (kept["total_tokens"], kept["cost_usd"], kept["cost_source"]) == (26_200, pytest.approx(0.051), "table")


def test_there_are_no_more_tokens_of_a_cache_than_were_sent() -> None:
    event = {"id": "e1", "type": SESSION, "time": NOON,
             "properties": {"tokens_in": 10, "tokens_out": 1, "cache_read_tokens": 11}}  # fmt: skip
    with pytest.raises(Rejected, match="cache_read_tokens and cache_write_tokens are parts of tokens_in"):
        parse(msgspec.json.encode(event), "demo", NOON)
    assert at_once(EventBatch([msgspec.json.encode(event)]), "demo", NOON) is None


def test_rework_counts_within_21_days_and_where_nobody_knows_when() -> None:
    days = (None, 0, 21, 21.001)
    undone = [stored(REWORK, number=1, reopened_at=day if day is None else NOON + int(day * DAY_MS)) for day in days]
    assert [kept["within_21_days"] for kept in undone] == [True, True, True, False]


def test_reviews_are_told_apart_in_any_case() -> None:
    kept = stored(REVIEW, number=1, state="CHANGES_REQUESTED")
    assert (kept["approved"], kept["changes_requested"]) == (False, True)


def test_a_retry_is_a_duplicate_whatever_is_added_by_then() -> None:
    """The digest is of what the client sent."""
    sent = {"tokens_in": 1, "tokens_out": 2, "model": "gpt-4o"}
    (one,) = to_items(
        [EventContent("e1", sent, NOON, SESSION, None)], workspace="demo", received=NOON, slices=1, retention_days=90
    )
    complete = EventContent("e1", stored(SESSION, **sent), NOON, SESSION, None)
    (full,) = to_items([complete], workspace="demo", received=NOON, slices=1, retention_days=90)
    assert one["digest"] != full["digest"]
    assert one["body"].count('"total_tokens":3') == 1


@pytest.mark.parametrize("wrong", ["yes", 5, [1], {}])
def test_what_follows_from_nothing_is_not_kept_because_a_client_says_so(wrong: Any) -> None:
    """It would be added up as it is: a text would stop the fold for good, a number would count several times."""
    for kind, properties in (
        (SESSION, {"tokens_in": 1, "tokens_out": 1, "failed": wrong, "close_match": wrong}),
        (CLOSED, {"number": 1, "merged": False, "merge_hours": wrong}),
        (REVIEW, {"number": 1, "approved": wrong, "changes_requested": wrong}),
    ):
        kept = stored(kind, **properties)
        assert not {"failed", "close_match", "merge_hours", "approved", "changes_requested"} & kept.keys()
        contribution(
            Event(id="e1", type=kind, time=NOON, workspace="demo", properties=kept), CATALOG.rollup_tables_of(kind)
        )


def test_a_stored_event_whose_additions_are_not_what_they_should_be_is_no_event() -> None:
    """Nobody could add it up, so the fold puts it aside instead of failing at it for ever."""
    (item,) = to_items([EventContent("e1", {"tokens_in": 1, "tokens_out": 2}, NOON, SESSION, None)], workspace="demo",
                       received=NOON, slices=1, retention_days=90)  # fmt: skip
    item["body"] = str(item["body"]).replace('"total_tokens":3', '"failed":"x","total_tokens":3')
    with pytest.raises(msgspec.ValidationError, match="failed"):
        from_item("demo", item)
