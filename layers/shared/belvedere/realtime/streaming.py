"""A channel as the answer of an endpoint."""

from starlette.responses import Response

from belvedere.auth.caller import Caller
from belvedere.clock import SECOND_MS, now_ms
from belvedere.realtime.connections.authorization import SubscriptionRequest, authorize, known_channel
from belvedere.realtime.stream import MEDIA_TYPE, Stream
from belvedere.settings import settings
from belvedere.storage.tables import tables


async def streamed(caller: Caller, request: SubscriptionRequest) -> Response:
    """A channel as an answer of server-sent events, for as long as a function may hold it. Raises like `granted`."""
    wanted = await authorize(caller, request, "event_types")
    stream = Stream(tables(caller.workspace), known_channel(str(request.channel)), wanted, now_ms)
    text = await stream.text(request.cursor or "", round(settings().stream_hold_s * SECOND_MS))
    return Response(text, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)
