"""The settings of a workspace: its time zone, from when on it holds, and who knows it when."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from belvedere.clock import MINUTE_MS, SECOND_MS
from belvedere.directory.register_workspace import MOST_ZONES, put_settings, show_settings, with_zone
from belvedere.directory.requests import WorkspaceBody
from belvedere.directory.workspace import WorkspaceSettings, ZoneChange, read_settings
from belvedere.directory.zones import READ_AGAIN_MS, TAKES_EFFECT_MS, Zones
from belvedere.errors import Conflict, Invalid
from belvedere.rollups.slots import ZoneHistory
from belvedere.storage.entities.store import workspace_names
from belvedere.storage.tables import Tables
from tests.unit.rollups.builders import interaction

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
HALF_PAST = 1_767_265_200_000 + 40 * MINUTE_MS


def put(mine: Tables, zone: str, now: int = NOON) -> dict[str, object]:
    return put_settings(mine, WorkspaceBody(timezone=zone), lambda: now)


def test_a_workspace_that_set_nothing_is_in_utc(mine: Tables) -> None:
    assert show_settings(mine) == {"timezone": "UTC", "timezone_since": None, "version": 0, "updated_at": None}


def test_a_zone_holds_some_minutes_after_it_was_set(mine: Tables) -> None:
    told = put(mine, "Asia/Kolkata", NOON + 1)
    assert told == {"timezone": "Asia/Kolkata", "timezone_since": "2026-01-01T12:03:00Z", "version": 1,
                    "updated_at": "2026-01-01T12:00:00.001Z"}  # fmt: skip
    assert show_settings(mine) == told
    history = read_settings(mine.directory).history()
    since = NOON + 3 * MINUTE_MS
    assert [history.slot(interaction(at=HALF_PAST, received=when)) for when in (since - 1, since)] == ["", "2"]


def test_answers_that_were_kept_are_void(mine: Tables, revision: Callable[[], int]) -> None:
    before = revision()
    put(mine, "Asia/Kolkata")
    assert revision() > before


def test_what_is_set_already_and_what_is_not_named_stays(mine: Tables) -> None:
    first = put(mine, "Asia/Kolkata")
    assert put(mine, "Asia/Kolkata", NOON + MINUTE_MS) == first
    assert put_settings(mine, WorkspaceBody(), lambda: NOON + MINUTE_MS) == first


def test_former_zones_are_remembered_because_rows_were_made_by_them(mine: Tables) -> None:
    for number, zone in enumerate(("Asia/Kolkata", "UTC", "Australia/Adelaide")):
        put(mine, zone, NOON + number * 10 * MINUTE_MS)
    assert [change.timezone for change in read_settings(mine.directory).zones] == [
        "Asia/Kolkata", "UTC", "Australia/Adelaide",
    ]  # fmt: skip


def test_a_change_that_nobody_went_by_yet_is_replaced() -> None:
    since = NOON + TAKES_EFFECT_MS
    before = WorkspaceSettings((ZoneChange(since, "Asia/Kolkata"),), 1)
    assert with_zone(before, "Asia/Kathmandu", NOON + SECOND_MS)[0].timezone == "Asia/Kathmandu"
    assert with_zone(before, "UTC", NOON + SECOND_MS) == ()
    went_by = with_zone(before, "UTC", since - 2 * READ_AGAIN_MS)
    assert [change.timezone for change in went_by] == ["Asia/Kolkata", "UTC"]
    assert went_by[0].since < went_by[1].since


def test_an_unknown_zone_another_version_and_too_many_changes_are_refused(mine: Tables) -> None:
    with pytest.raises(Invalid, match="timezone: 'Mars/Olympus' is not an IANA time zone"):
        put(mine, "Mars/Olympus")
    put(mine, "Asia/Kolkata")
    with pytest.raises(Conflict, match="version: this workspace has version 1 by now, not 7"):
        put_settings(mine, WorkspaceBody(timezone="UTC", version=7), lambda: NOON)
    changes = tuple(ZoneChange(number, ("Asia/Kolkata", "UTC")[number % 2]) for number in range(MOST_ZONES))
    with pytest.raises(Conflict, match="timezone: was changed 100 times"):
        with_zone(WorkspaceSettings(changes, MOST_ZONES), "Asia/Kolkata", NOON)


def test_a_long_lived_process_asks_again_well_before_a_change_holds() -> None:
    read: list[str] = []
    now = [NOON]

    def history(workspace: str) -> ZoneHistory:
        read.append(workspace)
        return ZoneHistory(((0, ZoneInfo("Asia/Kolkata")),))

    zones = Zones(history, lambda: now[0])
    assert zones.slots("acme")(interaction(at=HALF_PAST)) == "2"
    now[0] += READ_AGAIN_MS - 1
    zones.slots("acme")
    assert read == ["acme"]
    now[0] += 1
    zones.slots("acme")
    zones.slots("other")
    assert read == ["acme", "acme", "other"]
    assert 2 * READ_AGAIN_MS < TAKES_EFFECT_MS


def test_settings_are_not_taken_for_a_workspace(mine: Tables) -> None:
    put(mine, "Asia/Kolkata")
    assert workspace_names() == []
