"""Who may speak to this machine's ports: programs, and web pages of this machine.

Any page that a browser shows can send requests to 127.0.0.1: openly, as a form would, or after its own name has been
made to point here (DNS rebinding). A browser says in `Origin`, `Sec-Fetch-Site` and `Host` that it does; programs send
none of the first two, and the address they were given as the third.
"""

import re
from collections.abc import Collection, Mapping

# 127.0.0.0/8, ::1, and names that resolve to nothing but this machine (RFC 6761, 6.3).
_OF_THIS_MACHINE = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\]", re.IGNORECASE)
_PORT = re.compile(r":\d{1,5}$")
EVERYBODY = "*"


def local_host(host: str) -> bool:
    """True for a Host header that names this machine, with a port or without."""
    return bool(_OF_THIS_MACHINE.fullmatch(_PORT.sub("", host.strip())))


def local_origin(origin: str) -> bool:
    """True for the origin of a page that this machine serves."""
    scheme, separator, host = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and local_host(host)


def refusal(headers: Mapping[str, str], allowed: Collection[str] = ()) -> str | None:
    """Why a request is refused, or None. `headers` by names in lower case; `allowed` are origins beside the local."""
    host, origin = headers.get("host"), headers.get("origin")
    if host is not None and not local_host(host):
        return "this port answers to 127.0.0.1 and localhost only, not to the Host of this request"
    if origin is not None:
        if local_origin(origin) or origin in allowed or EVERYBODY in allowed:
            return None
        return "pages of another origin may not ask here"
    cross = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
    return "pages of another site may not ask here" if cross and EVERYBODY not in allowed else None
