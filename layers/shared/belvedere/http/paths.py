"""The path of a request as its client meant it.

An HTTP API of API Gateway decodes a path before it hands it on; captures differ in whether `%25` is left as it is.
Mangum decodes once more, so that the id `50%41` became `50A`. Here `%25` is the only thing left to decode.
"""

from typing import Any
from urllib.parse import quote

Event = dict[str, Any]


def with_path_as_meant(event: Event) -> Event:
    """An event of payload format 2.0 whose path, decoded as Mangum decodes it, is the one that was asked for."""
    context = event.get("requestContext", {})
    if event.get("version") != "2.0" or "http" not in context:
        return event
    path = quote(context["http"]["path"].replace("%25", "%"))
    return {**event, "requestContext": {**context, "http": {**context["http"], "path": path}}}
