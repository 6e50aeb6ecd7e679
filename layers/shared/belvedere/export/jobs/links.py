"""Where this deployment is, as whoever asks sees it."""

from collections.abc import Mapping


def absolute(path: str, headers: Mapping[str, str]) -> str:
    """The path as a URL of the host that was asked, or of the proxy before it; as it is where nobody says.

    A client that invents a host fools itself only: nobody else is shown its answer.
    """
    host = headers.get("x-forwarded-host") or headers.get("host")
    scheme = headers.get("x-forwarded-proto", "https")
    return f"{scheme}://{host}{path}" if host else path
