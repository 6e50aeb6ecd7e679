"""Changes the settings of a workspace."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from belvedere.clock import MINUTE_MS, Clock, iso, now_ms
from belvedere.directory.requests import WorkspaceBody
from belvedere.directory.workspace import UTC, WorkspaceSettings, ZoneChange, read_settings
from belvedere.directory.writing import IS_NEW, bare, changing, check_version, encoded
from belvedere.directory.zones import READ_AGAIN_MS, TAKES_EFFECT_MS
from belvedere.errors import Conflict, DatabaseUnavailable
from belvedere.query.planner.granularity import time_zone
from belvedere.storage.attributes import Item, encode
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys.directory import settings_key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

MOST_ZONES = 100
ATTEMPTS = 6
FIRST_PAUSE_S = 0.02
Json = dict[str, Any]


def show_settings(tables: Tables) -> Json:
    """The settings of a workspace."""
    return shown(read_settings(tables.directory))


def put_settings(
    tables: Tables, body: WorkspaceBody, clock: Clock = now_ms, sleep: Callable[[float], None] = time.sleep
) -> Json:
    """Change what a body names; the rest stays. Raises Invalid, and Conflict when it is not of the wanted version."""
    for attempt in range(ATTEMPTS):
        before = read_settings(tables.directory)
        check_version({"version": before.version}, body.version, "this workspace")
        zones = with_zone(before, body.timezone, clock()) if body.timezone is not None else before.zones
        if zones == before.zones:
            return shown(before)
        after = replace(before, zones=zones, version=before.version + 1, updated_at=iso(clock()))
        with changing(tables, clock):
            if _stored(tables.directory, before, after):
                return shown(after)
        sleep(pause_s(FIRST_PAUSE_S, attempt))
    raise DatabaseUnavailable("somebody else changes the settings just now; send the same request again")


def with_zone(before: WorkspaceSettings, name: str, now: int) -> tuple[ZoneChange, ...]:
    """The zones once another one is set. Raises Invalid for an unknown one, Conflict when it changed too often.

    A change that is yet to come, and that no fold may have gone by, is replaced; all others stay, as numbers were made
    by them.
    """
    zone = time_zone(name, "timezone")
    key = zone.key if zone else UTC
    if key == before.timezone:
        return before.zones
    went_by = now + 2 * READ_AGAIN_MS
    zones = tuple(change for change in before.zones if change.since <= went_by)
    if key == (zones[-1].timezone if zones else UTC):
        return zones
    if len(zones) >= MOST_ZONES:
        raise Conflict(f"timezone: was changed {MOST_ZONES} times, which is as often as it can be")
    since = -(-(now + TAKES_EFFECT_MS) // MINUTE_MS) * MINUTE_MS
    return (*zones, ZoneChange(since, key))


def shown(settings: WorkspaceSettings) -> Json:
    """Settings as an answer; `timezone_since` is the receipt time from which on events are counted by the zone."""
    since = settings.zones[-1].since if settings.zones else None
    return {
        "timezone": settings.timezone,
        "timezone_since": iso(since) if since is not None else None,
        "version": settings.version,
        "updated_at": settings.updated_at,
    }


def _stored(table: WorkspaceTable, before: WorkspaceSettings, after: WorkspaceSettings) -> bool:
    item: Item = {**bare(settings_key(table.workspace)), "version": after.version, "updated_at": str(after.updated_at),
                  "zones": msgspec.json.encode(after.zones).decode()}  # fmt: skip
    same = {"ConditionExpression": "version = :before",
            "ExpressionAttributeValues": {":before": encode(before.version)}}  # fmt: skip
    return table.attempt("put_item", Item=encoded(table, item), **(same if before.version else IS_NEW))
