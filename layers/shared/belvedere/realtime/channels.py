"""The general channel, of everything that happens, and the list of all channels: this one and each board's."""

import functools
import importlib
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.changelog.notices import CHANGES
from belvedere.realtime.channel import Channel, Data, Message, Moment, ReaderFilter
from belvedere.schema.catalog import catalog

NAME = "events"
ALERT = "alert"
EXPORT = "export"  # entries that tell how an export ended
EXPORT_TYPES = ("export_completed", "export_failed")


async def render(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """One message an event, in order."""
    return [message for entry in entries for message in _messages(entry)]


async def snapshot(_: Moment) -> list[Message]:
    """What happened before is not told."""
    return []


def _messages(entry: LogEntry) -> list[Message]:
    if entry.kind == CHANGES:
        return [_happened(notice) for notice in entry.body["events"]]
    if entry.kind == ALERT:
        return [Message(ALERT, dict(entry.body["alert"]), entry.body.get("user"))]
    if entry.kind == EXPORT:
        return [_exported(entry.body)]
    return []


def _happened(notice: Data) -> Message:
    """What happened, to each reader as far as they may know whose it was."""
    hidden = catalog().identifying_fields(notice["type"]) & notice.keys()
    if "user" in notice or not hidden:
        return Message(notice["type"], notice, notice.get("user"))
    nameless = {name: value for name, value in notice.items() if name not in hidden}

    async def for_reader(wanted: ReaderFilter) -> Data | None:
        return (notice if wanted.knows(None) else nameless) if wanted.board else None

    return Message(notice["type"], for_reader)


def _exported(body: Mapping[str, Any]) -> Message:
    """How an export ended, to whoever asked for it; of a key's, to readers who may see everything."""
    if body["user"] is not None:
        return Message(body["type"], dict(body["export"]), body["user"])

    async def for_reader(wanted: ReaderFilter) -> Data | None:
        return dict(body["export"]) if wanted.board and wanted.users is None else None

    return Message(body["type"], for_reader)


@functools.cache
def channels() -> Mapping[str, Channel]:
    """Channels by name; a board's module of them is imported here, when first asked for."""
    modules = (importlib.import_module(board.live) for board in catalog().boards.values() if board.live)
    general = Channel(name=NAME, types=(*catalog().event_types, ALERT, *EXPORT_TYPES), render=render, snapshot=snapshot)
    return {channel.name: channel for channel in (general, *chain.from_iterable(module.CHANNELS for module in modules))}
