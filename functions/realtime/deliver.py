"""Delivers a part of a large audience's messages for the push, which waits for what became of them."""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.realtime.push.frame_sender import answered, unpacked
from belvedere.realtime.push.service import frame_sender


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda entry point: texts and who gets them in, what became of each connection's out."""
    if is_warm_up(event):
        return warmed("realtime.deliver")
    posted = frame_sender().send_all(unpacked(event))
    logger().info("delivered", connections=len(posted))
    return answered(posted)
