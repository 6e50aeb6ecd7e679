"""Connections to be ended: their key or role holds no longer, nobody has said whose they are, or they take nothing.

Each is told why, by an `error`, before API Gateway is asked to end it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson

from belvedere.auth.credential_check import ConnectionCredential, is_valid
from belvedere.clock import Clock
from belvedere.errors import BelvedereError, Unauthorized, Unavailable
from belvedere.observability import logger
from belvedere.realtime.connections.protocol import error_frame
from belvedere.realtime.connections.store import Connection
from belvedere.realtime.push.frame_sender import OutgoingFrames
from belvedere.storage.parallel import side_by_side

CREDENTIAL_LAPSED = Unauthorized(
    "the key or the role that this connection was opened with holds no longer; open another"
)
AUTH_TIMED_OUT = Unauthorized("nobody has said in time who this is; open another connection, and say it first")
UNDELIVERABLE = Unavailable(
    "messages could not be delivered; open another connection, with the cursor of the last one that was"
)


@dataclass(frozen=True)
class Ending:
    """Tells connections why they end (`post`), and ends them (`end`)."""

    post: Callable[[OutgoingFrames], object]
    end: Callable[[str], object]
    clock: Clock

    def of(self, names: Sequence[str], why: BelvedereError) -> None:
        """End connections; one that cannot be ended is left to API Gateway's own limits."""
        if not names:
            return
        frame = orjson.dumps(error_frame(why, self.clock()))
        self.post({name: [frame] for name in names})
        side_by_side(self._end, names)

    def _end(self, name: str) -> None:
        try:
            self.end(name)
        except Exception:
            logger().exception("a connection could not be ended")


def lapsed(connections: Iterable[Connection]) -> list[Connection]:
    """Those that were let in with what holds no longer; one read for each key, and for each person as admitted."""
    together: dict[ConnectionCredential, list[Connection]] = defaultdict(list)
    for connection in connections:
        if not connection.anonymous:
            together[
                ConnectionCredential(
                    connection.workspace, connection.user, connection.role, connection.holder, connection.stamp
                )
            ].append(connection)
    checked = zip(together.values(), side_by_side(is_valid, together), strict=True)
    return [connection for sharing, valid in checked for connection in sharing if not valid]
