"""All channels: the general one and each board's."""

import functools
import importlib
from collections.abc import Mapping

from belvedere.boards.registry import BOARDS
from belvedere.realtime.channel import Channel
from belvedere.realtime.generic import CHANNEL


@functools.cache
def channels() -> Mapping[str, Channel]:
    """Channels by name; a board's module of them is imported here, when first asked for."""
    modules = (importlib.import_module(board.live) for board in BOARDS if board.live)
    return {channel.name: channel for channel in (CHANNEL, *(one for module in modules for one in module.CHANNELS))}
