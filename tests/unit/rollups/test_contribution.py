"""What one event adds to the rollups, row by row."""

from typing import Any

import pytest
from msgspec.structs import replace

from belvedere.boards.registry import CATALOG
from belvedere.clock import HOUR_MS, MINUTE_MS
from belvedere.ingest.event import Event
from belvedere.rollups.cells import cell_name, cell_numbers, escape_cell, split_cell_name, unescape_cell
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.sketches.distinct import member
from belvedere.time_buckets import MINUTE_LIFE_MS
from tests.unit.rollups.builders import NOON, interaction, session


def added(event: Event, sign: int = 1) -> Deltas:
    return contribution(event, CATALOG.rollup_tables_of(event.type), sign)


def counters(deltas: Deltas, partition: str, sort: str) -> dict[str, Any]:
    return {name: n for (pk, sk), counts in deltas.counters.items() if (pk, sk) == (partition, sort)
            for name, n in counts.items() if n}  # fmt: skip


def test_an_interaction_counts_in_its_minute_hour_and_day() -> None:
    deltas = added(interaction(execution_time_ms=245.3))
    for grain, bucket in (("minute", "2025-01-15T12:00"), ("hour", "2025-01-15T12"), ("day", "2025-01-15")):
        row = counters(deltas, f"demo#learning.interactions#{grain}#counters", bucket)
        times = {"response_time": 245_300, "response_time_n": 1, "success_time": 245_300, "success_time_n": 1}
        assert row == {"count": 1, "success": 1, **times}


def test_a_failure_counts_and_adds_no_success() -> None:
    row = counters(added(interaction(success=False)), "demo#learning.interactions#day#counters", "2025-01-15")
    assert row == {"count": 1}


def test_the_time_of_a_failure_is_not_a_time_of_success() -> None:
    slow = interaction(success=False, execution_time_ms=9)
    row = counters(added(slow), "demo#learning.interactions#day#counters", "2025-01-15")
    assert row == {"count": 1, "response_time": 9_000, "response_time_n": 1}


def test_an_agent_has_rows_of_its_own_with_its_name_escaped() -> None:
    deltas = added(interaction(agent_type="a#b"))
    assert counters(deltas, "demo#learning.interactions_by_agent#day#counters", "2025-01-15#a%23b")["count"] == 1


def test_an_interaction_without_an_agent_counts_in_the_totals_only() -> None:
    partitions = {pk.split("#")[1] for pk, _ in added(interaction(agent_type=None)).counters}
    assert partitions == {"learning.interactions", "learning.interactions_by_user"}


def test_an_interaction_without_a_user_has_no_user_row_and_no_member() -> None:
    deltas = added(interaction(user=None))
    assert not deltas.members
    assert all("by_user" not in pk for pk, _ in deltas.counters)


def test_a_user_has_a_row_for_each_four_hours_with_a_cell_for_the_hour_and_agent_and_one_for_the_concept() -> None:
    late = interaction(at=NOON + 3 * HOUR_MS, concept="forces", execution_time_ms=7)
    row = counters(added(late), "demo#learning.interactions_by_user#day#counters#ann", "2025-01-15T12")
    times = {"h|15|kinematics|r": 7_000, "h|15|kinematics|R": 1, "h|15|kinematics|t": 7_000, "h|15|kinematics|T": 1}
    assert row == {"h|15|kinematics|n": 1, "h|15|kinematics|s": 1, **times, "c@15|forces|n": 1, "c@15|forces|s": 1}


def test_its_cells_come_back_by_the_names_of_the_counters() -> None:
    (family,) = (family for family in CATALOG.rollup_tables_of("learning.interaction") if family.entity)
    row = counters(
        added(interaction(concept="a|b")), "demo#learning.interactions_by_user#day#counters#ann", "2025-01-15T12"
    )
    kept = {"pk": "p", "sk": "s", "rev": 3, "listing": "l", "h|12|kinematics|R": 0}
    assert sorted(cell[:4] for cell in cell_numbers(family, kept | row)) == [
        ("c", ("a|b",), "count", 1),
        ("c", ("a|b",), "success", 1),
        ("h", ("12", "kinematics"), "count", 1),
        ("h", ("12", "kinematics"), "success", 1),
    ]


def test_a_user_row_is_listed_under_its_day() -> None:
    assert set(added(interaction()).listings.values()) == {"demo#learning.interactions_by_user#day#2025-01-15"}


def test_its_user_becomes_a_member_of_every_distinct_row() -> None:
    deltas = added(interaction())
    assert all(members == {member("ann")} for members in deltas.members.values())
    assert {pk.split("#")[2] for pk, _ in deltas.members} == {"minute", "hour", "day"}


def test_a_removal_takes_away_exactly_what_was_added_and_asks_for_a_recount() -> None:
    event = interaction(execution_time_ms=7, concept="forces")
    both = added(event)
    both.merge(added(event, -1))
    assert all(n == 0 for counts in both.counters.values() for n in counts.values())
    assert both.removed.keys() == both.members.keys()
    assert {pk.rsplit("#", 1)[1] for pk, _ in both.lessened} == {"ann"}


@pytest.mark.parametrize(("late", "has_minutes"), [(0, True), (MINUTE_LIFE_MS - 1, True), (MINUTE_LIFE_MS, False)])
def test_only_an_event_received_within_48_hours_has_minute_rows(late: int, has_minutes: bool) -> None:
    deltas = added(interaction(received=NOON + late))
    assert any("#minute#" in pk for pk, _ in deltas.counters) is has_minutes


def test_a_minute_row_ends_48_hours_after_its_minute() -> None:
    deltas = added(interaction(at=NOON + 30_000))
    assert set(deltas.expires.values()) == {(NOON + MINUTE_MS + 48 * HOUR_MS) // 1000}


def test_minutes_have_no_histogram() -> None:
    grains = {pk.split("#")[2] for pk, _ in added(interaction(execution_time_ms=5)).counters if "#histogram." in pk}
    assert grains == {"hour", "day"}


def test_no_event_touches_more_rows_than_one_transaction_takes() -> None:
    full = interaction(execution_time_ms=5, concept="forces")
    assert len(added(full).counters) + 2 * len(added(full, -1).removed) < 60


@pytest.mark.parametrize("value", ["", "plain", "a|b", "a#b%", "%7C", "%2523", "ü|#%"])
def test_cell_names_come_back_as_they_were(value: str) -> None:
    assert unescape_cell(escape_cell(value)) == value
    assert split_cell_name(cell_name("h", ("04", value), "n")) == ("h", ("04", value), "n")


@pytest.mark.parametrize("letter", ["x", "#", "%", "|", "é", "漢", "🚀"])
def test_no_name_however_long_makes_a_key_that_dynamodb_refuses(letter: str) -> None:
    """A row that cannot be written would stop the fold for good."""
    name = letter * 200
    named = dict.fromkeys(("agent_type", "concept", "class_id", "error_type"), name) | {"execution_time_ms": 5.0}
    of_learning = interaction(user=name, workspace="w" * 63, success=False, **named)
    used = dict.fromkeys(("model", "repo_slug", "language", "session_id"), name)
    of_sessions = replace(session(user=name, **used), workspace="w" * 63)
    for event in (of_learning, of_sessions):
        deltas = added(event, -1)
        assert all(len(key.pk.encode()) <= 2_048 and len(key.sk.encode()) <= 1_024 for key in deltas.counters)
        assert all(len(f"{key.pk} {key.sk}".encode()) <= 1_024 for key in {*deltas.lessened, *deltas.removed})
        assert any(key.pk.count("#") == 3 and "#" not in key.sk for key in deltas.counters)


def test_an_event_whose_names_are_too_long_together_counts_in_all_other_rows() -> None:
    rows = {key.pk.split("#")[1] for key in added(session(model="漢" * 200, repo_slug="漢" * 200)).counters}
    assert "productivity.sessions_by_repo_and_model" not in rows
    assert {"productivity.sessions_by_repo", "productivity.sessions_by_model", "productivity.sessions"} <= rows
